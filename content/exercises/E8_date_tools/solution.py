from datetime import date, timedelta

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def days_between(start, end):
    """Return the number of days between two dates, never negative."""
    return abs(date.fromisoformat(end) - date.fromisoformat(start)).days


def add_days(day, count):
    """Return the date that is count days after day."""
    return (date.fromisoformat(day) + timedelta(days=count)).isoformat()


def weekday_name(day):
    """Return the English name of the weekday of a date."""
    return WEEKDAYS[date.fromisoformat(day).weekday()]
