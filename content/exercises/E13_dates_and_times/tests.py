import starter


def test_finds_times():
    assert starter.find_times("Open 08:30-17:00, not at 24:15.") == ["08:30", "17:00"]


def test_no_times():
    assert starter.find_times("See you tomorrow") == []


def test_a_time_touches_no_other_digit_or_colon():
    assert starter.find_times("8:30 12:300 12:30:59") == []


def test_rewrites_dates():
    assert starter.to_iso_dates("From 01.02.2026 to 28.02.2026!") == "From 2026-02-01 to 2026-02-28!"


def test_dates_need_two_digits():
    assert starter.to_iso_dates("1.2.2026") == "1.2.2026"


def test_text_without_dates_stays_the_same():
    assert starter.to_iso_dates("nothing here") == "nothing here"
