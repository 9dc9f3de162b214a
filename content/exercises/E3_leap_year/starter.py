def is_leap_year(year):
    """Return True if year is a leap year of the Gregorian calendar."""
    pass
