def set_ops(first, second):
    """Return union, intersection, difference and symmetric difference of two lists."""
    first, second = set(first), set(second)
    return {
        "union": first | second,
        "intersection": first & second,
        "difference": first - second,
        "symmetric_difference": first ^ second,
    }
