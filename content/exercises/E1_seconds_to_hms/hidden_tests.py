import starter


def check(seconds, expected):
    text = starter.seconds_to_hms(seconds)
    assert type(text) is str
    assert text == expected


def test_around_a_minute():
    check(1, "00:00:01")
    check(61, "00:01:01")
    check(119, "00:01:59")


def test_around_an_hour():
    check(3599, "00:59:59")
    check(3600, "01:00:00")
    check(3661, "01:01:01")


def test_around_a_day():
    check(86399, "23:59:59")
    check(86400, "24:00:00")


def test_a_hundred_hours():
    check(360000, "100:00:00")


def test_reading_the_text_gives_the_number_back():
    for seconds in range(0, 200000, 977):
        hours, minutes, rest = starter.seconds_to_hms(seconds).split(":")
        assert len(minutes) == 2 and len(rest) == 2
        assert int(minutes) < 60 and int(rest) < 60
        assert int(hours) * 3600 + int(minutes) * 60 + int(rest) == seconds
