def fizzbuzz(limit):
    """Return what is said for every number from 1 to limit, as a list of strings."""
    pass
