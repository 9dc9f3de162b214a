def is_balanced(text):
    """Return True if all brackets in text are closed in the right order."""
    pass


def first_problem(text):
    """Return the index of the first bracket that has no partner, or None."""
    pass
