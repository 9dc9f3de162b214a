def set_ops(first, second):
    """Return union, intersection, difference and symmetric difference of two lists."""
    pass
