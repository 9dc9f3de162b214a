def sum_list_str(items):
    """Return the sum of the whole numbers in a list of strings."""
    total = 0
    for index in range(1, len(items)):
        text = items[index]
        if not text.isdigit():
            continue
        total = int(text)
    return total
