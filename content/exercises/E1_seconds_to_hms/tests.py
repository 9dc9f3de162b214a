import starter


def test_zero():
    assert starter.seconds_to_hms(0) == "00:00:00"


def test_less_than_a_minute():
    assert starter.seconds_to_hms(59) == "00:00:59"


def test_a_full_minute():
    assert starter.seconds_to_hms(60) == "00:01:00"


def test_hours_minutes_and_seconds():
    assert starter.seconds_to_hms(3725) == "01:02:05"


def test_more_than_a_day():
    assert starter.seconds_to_hms(108000) == "30:00:00"
