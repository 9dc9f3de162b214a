import sys


class StockError(Exception):
    """Raised when there are not enough items."""


class StockRoom:
    """The amounts of all items of a shop."""

    def __init__(self):
        self._amounts = {}

    def add(self, name, count):
        """Add items; return the new amount."""
        self._amounts[name] = self._amounts.get(name, 0) + count
        return self._amounts[name]

    def take(self, name, count):
        """Remove items; return what is left; raise StockError if there are not enough."""
        amount = self._amounts.get(name, 0)
        if amount == 0:
            raise StockError(f"no such item: {name}")
        if count > amount:
            raise StockError(f"only {amount} of {name}")
        self._amounts[name] = amount - count
        return self._amounts[name]

    def report(self):
        """Return lines such as "apple: 3", sorted by name."""
        return [f"{name}: {amount}" for name, amount in sorted(self._amounts.items()) if amount > 0]

    def handle(self, line):
        """Carry out one command; return the lines to show."""
        match line.split():
            case []:
                return []
            case ["list"]:
                return self.report() or ["empty"]
            case ["add" | "take" as command, name, text] if is_count(text):
                return self._change(command, name, int(text))
        return [f"error: cannot understand: {line.strip()}"]

    def _change(self, command, name, count):
        change = self.add if command == "add" else self.take
        try:
            return [f"{name}: {change(name, count)}"]
        except StockError as error:
            return [f"error: {error}"]


def is_count(text):
    """Return True if text is a whole number greater than zero."""
    return text.isdecimal() and int(text) > 0


def main():
    """Carry out the commands of the input and print what they answer."""
    room = StockRoom()
    for line in sys.stdin:
        for answer in room.handle(line):
            print(answer)


if __name__ == "__main__":
    main()
