import starter

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


def line_of(level="INFO", source="web", message="ok", date="2026-01-02", time="03:04:05"):
    return f"{date} {time} [{level}] {source}: {message}"


def check(date, time, level, source, message):
    entry = starter.parse_line(line_of(level, source, message, date, time))
    assert isinstance(entry, dict)
    assert sorted(entry) == ["date", "level", "message", "source", "time"]
    assert all(type(value) is str for value in entry.values())
    assert (entry["date"], entry["time"], entry["level"]) == (date, time, level)
    assert (entry["source"], entry["message"]) == (source, message)


def test_every_level():
    for number, level in enumerate(LEVELS):
        check(f"199{number}-12-31", f"0{number}:00:59", level, f"part-{number}.x", f"message {number}")


def test_unusual_messages():
    check("2026-99-99", "99:99:99", "INFO", "a", " leading space")
    check("2026-01-01", "00:00:00", "ERROR", "0", "[INFO] web: nested")
    check("2026-01-01", "00:00:00", "DEBUG", "a.b-c", "ümlaut ✓")


def test_incorrect_lines():
    good = line_of()
    assert starter.parse_line(good) is not None
    for bad in (
        good.lower(),
        good.replace("[", "("),
        good.replace(" ", "  ", 1),
        good.replace("web", "Web"),
        good.replace("web", ""),
        good.replace("web", "my web"),
        good.replace(": ok", ":ok"),
        good.replace(": ok", ": "),
        good.replace("2026-", "26-"),
        good.replace("03:04:05", "3:04:05"),
        "x" + good,
        "first\n" + good,
        good + "\nsecond",
        good + "\n\n",
    ):
        assert starter.parse_line(bad) is None


def test_counts_of_many_lines():
    lines = []
    for number, level in enumerate(LEVELS, start=1):
        lines += [line_of(level) + "\n"] * number + ["# not a log line\n"]
    counts = starter.count_levels(lines)
    assert isinstance(counts, dict)
    assert sorted(counts.items()) == [("DEBUG", 1), ("ERROR", 4), ("INFO", 2), ("WARNING", 3)]


def test_count_without_correct_lines():
    assert starter.count_levels([]) == {}
    assert starter.count_levels(["", "INFO", "[INFO]"]) == {}


def test_counts_levels_and_not_words():
    assert starter.count_levels([line_of("INFO", "web", "[ERROR] no error")]) == {"INFO": 1}


def test_accepts_any_iterable():
    assert starter.count_levels(line_of() for _ in range(3)) == {"INFO": 3}
