from datetime import date


def days_between(start, end):
    """Return the number of days between two dates, never negative."""
    pass


def add_days(day, count):
    """Return the date that is count days after day."""
    pass


def weekday_name(day):
    """Return the English name of the weekday of a date."""
    pass
