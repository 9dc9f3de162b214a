def even_squares(numbers):
    """Return the squares of the even numbers, in order."""
    return [number**2 for number in numbers if number % 2 == 0]


def word_lengths(words):
    """Return a dictionary from each word to its length."""
    return {word: len(word) for word in words}


def first_letters(words):
    """Return the set of the first letters of all words, in lower case."""
    return {word[0].lower() for word in words if word}
