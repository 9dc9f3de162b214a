def reading_days(pages, first_day):
    """Return the days needed when each day has one page more than the day before."""
    pass
