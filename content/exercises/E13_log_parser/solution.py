import re

LINE = re.compile(
    r"""
    (?P<date>\d{4}-\d\d-\d\d) [ ]
    (?P<time>\d\d:\d\d:\d\d) [ ]
    \[(?P<level>DEBUG|INFO|WARNING|ERROR)\] [ ]
    (?P<source>[a-z0-9.-]+) : [ ]
    (?P<message>.+)
    """,
    re.VERBOSE,
)


def parse_line(line):
    """Return the parts of a log line as a dictionary, or None."""
    match = LINE.fullmatch(line.removesuffix("\n"))
    return match.groupdict() if match else None


def count_levels(lines):
    """Return a dictionary from each level to the number of its lines."""
    counts = {}
    for line in lines:
        entry = parse_line(line)
        if entry:
            counts[entry["level"]] = counts.get(entry["level"], 0) + 1
    return counts
