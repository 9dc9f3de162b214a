def count_words(text):
    """Return a dictionary from each word of text to how often it occurs."""
    pass


def most_common_word(text):
    """Return the most common word of text, or None if there is no word."""
    pass
