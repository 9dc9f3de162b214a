def even_squares(numbers):
    """Return the squares of the even numbers, in order."""
    pass


def word_lengths(words):
    """Return a dictionary from each word to its length."""
    pass


def first_letters(words):
    """Return the set of the first letters of all words, in lower case."""
    pass
