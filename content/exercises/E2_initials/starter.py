def get_initials(full_name):
    """Return the capital first letters of all words in full_name."""
    pass
