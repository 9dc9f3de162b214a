def running_total(amounts):
    """Return a new list with the sums of amounts so far."""
    totals = []
    total = 0
    for amount in amounts:
        total += amount
        totals.append(total)
    return totals
