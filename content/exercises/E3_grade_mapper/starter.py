def get_letter_grade(score):
    """Return the letter for a score; raise ValueError outside 0 to 100."""
    pass
