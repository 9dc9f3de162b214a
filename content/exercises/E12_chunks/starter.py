def chunks(items, size):
    """Yield lists of size items; the last one may be shorter."""
    pass


def powers(base):
    """Yield 1, base, base squared and so on, without end."""
    pass
