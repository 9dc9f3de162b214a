__all__ = []


def add(a, b):
    """Return the sum of a and b."""
    pass


def subtract(a, b):
    """Return a minus b."""
    pass


def multiply(a, b):
    """Return the product of a and b."""
    pass


def divide(a, b):
    """Return a divided by b; raise ValueError if b is zero."""
    pass


def calculate(line):
    """Return the result of a line such as "6 * 7"; raise ValueError if it makes no sense."""
    pass


def main():
    """Read one line and print its result, or the reason why there is none."""
    pass


if __name__ == "__main__":
    main()
