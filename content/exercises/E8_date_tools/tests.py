import starter


def test_days_between():
    assert starter.days_between("2026-02-27", "2026-03-02") == 3


def test_days_between_is_never_negative():
    assert starter.days_between("2026-03-02", "2026-02-27") == 3


def test_add_days():
    assert starter.add_days("2026-12-30", 5) == "2027-01-04"


def test_go_back():
    assert starter.add_days("2026-03-01", -1) == "2026-02-28"


def test_weekday_name():
    assert starter.weekday_name("2026-03-09") == "Monday"
    assert starter.weekday_name("2026-03-15") == "Sunday"


def test_refuses_a_day_that_does_not_exist():
    try:
        starter.weekday_name("2026-02-30")
    except ValueError:
        return
    raise AssertionError('weekday_name("2026-02-30") should raise ValueError')
