def find_index(items, target):
    """Return the smallest index of target in the sorted items, or None."""
    low, high = 0, len(items)
    # Everything before low is smaller than target; everything from high on is not.
    while low < high:
        middle = (low + high) // 2
        if items[middle] < target:
            low = middle + 1
        else:
            high = middle
    if low < len(items) and items[low] == target:
        return low
    return None
