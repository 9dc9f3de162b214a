PUNCTUATION = '.,!?;:"()'


def count_words(text):
    """Return a dictionary from each word of text to how often it occurs."""
    counts = {}
    for word in text.lower().split():
        word = word.strip(PUNCTUATION)
        if word:
            counts[word] = counts.get(word, 0) + 1
    return counts


def most_common_word(text):
    """Return the most common word of text, or None if there is no word."""
    counts = count_words(text)
    return max(counts, key=counts.get, default=None)
