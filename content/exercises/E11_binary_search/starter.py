def find_index(items, target):
    """Return the smallest index of target in the sorted items, or None."""
    pass
