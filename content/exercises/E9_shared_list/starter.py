def add_item(item, basket=[]):
    """Append item to basket, or to a new basket if none is given; return the basket."""
    basket.append(item)
    return basket


def make_board(rows, columns):
    """Return rows lists of columns dots, each list independent of the others."""
    row = ["."] * columns
    return [row] * rows


def remove_short(words, minimum):
    """Remove all words with fewer than minimum letters from the list, in place."""
    for word in words:
        if len(word) < minimum:
            words.remove(word)
