import sys


class StockError(Exception):
    """Raised when there are not enough items."""


class StockRoom:
    """The amounts of all items of a shop."""

    def __init__(self):
        pass

    def add(self, name, count):
        """Add items; return the new amount."""
        pass

    def take(self, name, count):
        """Remove items; return what is left; raise StockError if there are not enough."""
        pass

    def report(self):
        """Return lines such as "apple: 3", sorted by name."""
        pass

    def handle(self, line):
        """Carry out one command; return the lines to show."""
        pass


def main():
    """Carry out the commands of the input and print what they answer."""
    pass


if __name__ == "__main__":
    main()
