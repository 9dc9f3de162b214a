def parse_age(text):
    """Return text as an age; raise ValueError with a helpful message if it is none."""
    pass


def parse_ages(texts):
    """Return a list of all ages and a list of all error messages."""
    pass
