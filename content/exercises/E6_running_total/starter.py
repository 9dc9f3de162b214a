def running_total(amounts):
    """Return a new list with the sums of amounts so far."""
    pass
