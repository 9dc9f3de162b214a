def sum_list_str(items):
    """Return the sum of the whole numbers in a list of strings."""
    total = 0
    for text in items:
        if text.strip() == "":
            continue
        total += int(text)
    return total
