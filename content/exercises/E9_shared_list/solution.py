def add_item(item, basket=None):
    """Append item to basket, or to a new basket if none is given; return the basket."""
    if basket is None:
        basket = []
    basket.append(item)
    return basket


def make_board(rows, columns):
    """Return rows lists of columns dots, each list independent of the others."""
    return [["."] * columns for _ in range(rows)]


def remove_short(words, minimum):
    """Remove all words with fewer than minimum letters from the list, in place."""
    words[:] = [word for word in words if len(word) >= minimum]
