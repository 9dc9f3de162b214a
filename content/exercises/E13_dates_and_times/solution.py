import re

TIME = re.compile(r"(?<![\d:])(?:[01]\d|2[0-3]):[0-5]\d(?![\d:])")
DATE = re.compile(r"(?<!\d)(\d\d)\.(\d\d)\.(\d{4})(?!\d)")


def find_times(text):
    """Return all times of day in text, such as "08:30", as a list."""
    return TIME.findall(text)


def to_iso_dates(text):
    """Return text with dates such as 31.12.2026 written as 2026-12-31."""
    return DATE.sub(r"\3-\2-\1", text)
