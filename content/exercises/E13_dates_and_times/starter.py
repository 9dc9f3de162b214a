import re


def find_times(text):
    """Return all times of day in text, such as "08:30", as a list."""
    pass


def to_iso_dates(text):
    """Return text with dates such as 31.12.2026 written as 2026-12-31."""
    pass
