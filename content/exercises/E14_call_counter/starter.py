def count_calls(function):
    """Return a function that works like function and counts its calls in the attribute calls."""
    pass


def remember(function):
    """Return a function that works like function and remembers its results."""
    pass
