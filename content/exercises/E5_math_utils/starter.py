def square(number):
    """Return number to the power of two."""
    pass


def cube(number):
    """Return number to the power of three."""
    pass


def is_even(number):
    """Return True if the whole number is even, otherwise False."""
    pass
