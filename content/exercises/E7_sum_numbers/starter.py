def sum_file(path):
    """Return the sum of the numbers in a text file, one number a line."""
    pass
