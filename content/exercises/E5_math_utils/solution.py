def square(number):
    """Return number to the power of two."""
    return number**2


def cube(number):
    """Return number to the power of three."""
    return number**3


def is_even(number):
    """Return True if the whole number is even, otherwise False."""
    return number % 2 == 0
