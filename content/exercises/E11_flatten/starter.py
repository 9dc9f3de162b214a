def flatten(items):
    """Return a flat list of everything in a nested list."""
    pass


def depth(items):
    """Return how deep the lists in a nested list go; 1 for a flat list."""
    pass
