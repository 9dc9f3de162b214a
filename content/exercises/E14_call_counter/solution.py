from functools import wraps


def count_calls(function):
    """Return a function that works like function and counts its calls in the attribute calls."""

    @wraps(function)
    def counted(*args, **kwargs):
        counted.calls += 1
        return function(*args, **kwargs)

    counted.calls = 0
    return counted


def remember(function):
    """Return a function that works like function and remembers its results."""
    results = {}

    @wraps(function)
    def remembering(*args):
        if args not in results:
            results[args] = function(*args)
        return results[args]

    return remembering
