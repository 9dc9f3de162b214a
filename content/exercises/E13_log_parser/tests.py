import starter

LINE = "2026-03-01 08:15:02 [ERROR] billing: Card was refused: expired"


def test_parses_a_line():
    assert starter.parse_line(LINE) == {
        "date": "2026-03-01",
        "time": "08:15:02",
        "level": "ERROR",
        "source": "billing",
        "message": "Card was refused: expired",
    }


def test_ignores_one_line_break():
    assert starter.parse_line(LINE + "\n") == starter.parse_line(LINE)
    assert starter.parse_line(LINE + "\n") is not None


def test_other_text():
    assert starter.parse_line("Traceback (most recent call last):") is None
    assert starter.parse_line("") is None


def test_nothing_before_the_date():
    assert starter.parse_line(" " + LINE) is None


def test_unknown_level():
    assert starter.parse_line("2026-03-01 08:15:02 [FATAL] web: gone") is None


def test_count_levels():
    lines = [
        "2026-03-01 08:15:02 [INFO] web: started\n",
        "something else\n",
        "2026-03-01 08:15:09 [INFO] web: ready\n",
    ]
    assert starter.count_levels(lines) == {"INFO": 2}
