class InsufficientFunds(Exception):
    """Raised when an account does not hold enough money."""


class Account:
    """A bank account. All amounts are whole numbers of cents."""

    def __init__(self, owner, balance=0):
        self.owner = owner
        self._balance = balance
        self._history = []

    @property
    def balance(self):
        """The current balance."""
        return self._balance

    @property
    def history(self):
        """A copy of the record of all operations, oldest first."""
        return list(self._history)

    def deposit(self, amount):
        """Add amount to the balance."""
        self._require_positive(amount)
        self._balance += amount
        self._history.append(("deposit", amount))

    def withdraw(self, amount):
        """Take amount from the balance; raise InsufficientFunds if there is too little."""
        self._require_positive(amount)
        if amount > self._balance:
            raise InsufficientFunds(f"{self.owner} has {self._balance}, not {amount}")
        self._balance -= amount
        self._history.append(("withdraw", amount))

    def transfer(self, other, amount):
        """Move amount from this account to the other one."""
        self.withdraw(amount)
        other.deposit(amount)

    @staticmethod
    def _require_positive(amount):
        if amount <= 0:
            raise ValueError("the amount must be greater than zero")
