import re


def parse_line(line):
    """Return the parts of a log line as a dictionary, or None."""
    pass


def count_levels(lines):
    """Return a dictionary from each level to the number of its lines."""
    pass
