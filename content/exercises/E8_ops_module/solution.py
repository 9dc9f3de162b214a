__all__ = ["add", "subtract", "multiply", "divide", "calculate"]


def add(a, b):
    """Return the sum of a and b."""
    return a + b


def subtract(a, b):
    """Return a minus b."""
    return a - b


def multiply(a, b):
    """Return the product of a and b."""
    return a * b


def divide(a, b):
    """Return a divided by b; raise ValueError if b is zero."""
    if b == 0:
        raise ValueError("cannot divide by zero")
    return a / b


OPERATIONS = {"+": add, "-": subtract, "*": multiply, "/": divide}


def calculate(line):
    """Return the result of a line such as "6 * 7"; raise ValueError if it makes no sense."""
    parts = line.split()
    if len(parts) != 3:
        raise ValueError("expected: number operator number")
    left, operator, right = parts
    if operator not in OPERATIONS:
        raise ValueError(f"unknown operator: {operator}")
    return OPERATIONS[operator](float(left), float(right))


def main():
    """Read one line and print its result, or the reason why there is none."""
    try:
        print(calculate(input()))
    except ValueError as error:
        print(f"Error: {error}")


if __name__ == "__main__":
    main()
