import starter


def test_every_time_of_the_day():
    for hour in range(30):
        for minute in range(0, 70, 3):
            text = f"{hour:02}:{minute:02}"
            expected = [text] if hour < 24 and minute < 60 else []
            found = starter.find_times(f"at {text}, sharp")
            assert type(found) is list
            assert repr(found) == repr(expected)


def test_the_limits_of_the_day():
    assert starter.find_times("00:00 23:59 24:00 19:60") == ["00:00", "23:59"]


def test_times_next_to_letters_and_brackets():
    assert starter.find_times("(07:45)x20:10y\n09:09") == ["07:45", "20:10", "09:09"]


def test_not_part_of_longer_numbers():
    assert starter.find_times("110:30 10:301 :10:30 10:30:") == []


def test_the_same_time_twice():
    assert starter.find_times("12:00 12:00") == ["12:00", "12:00"]


def test_many_dates():
    for day in range(1, 32):
        for month in range(1, 13):
            rewritten = starter.to_iso_dates(f"<{day:02}.{month:02}.1999>")
            assert type(rewritten) is str
            assert rewritten == f"<1999-{month:02}-{day:02}>"


def test_not_part_of_longer_numbers_either():
    for text in ("101.02.2026", "01.02.20261", "01.02.26", "01-02-2026", "01.022026", "01x02x2026"):
        assert starter.to_iso_dates(text) == text


def test_dates_next_to_letters():
    assert starter.to_iso_dates("on03.04.2025.05.06.2024,") == "on2025-04-03.2024-06-05,"


def test_line_breaks_stay():
    assert starter.to_iso_dates("a\n09.10.2020\n\nb") == "a\n2020-10-09\n\nb"
