def reading_days(pages, first_day):
    """Return the days needed when each day has one page more than the day before."""
    days = 0
    pages_today = first_day
    while pages > 0:
        pages -= pages_today
        pages_today += 1
        days += 1
    return days
