class InsufficientFunds(Exception):
    """Raised when an account does not hold enough money."""


class Account:
    """A bank account. All amounts are whole numbers of cents."""

    def __init__(self, owner, balance=0):
        pass

    def deposit(self, amount):
        """Add amount to the balance."""
        pass

    def withdraw(self, amount):
        """Take amount from the balance; raise InsufficientFunds if there is too little."""
        pass

    def transfer(self, other, amount):
        """Move amount from this account to the other one."""
        pass
