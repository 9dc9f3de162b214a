import starter


def refuses(function, *arguments):
    try:
        function(*arguments)
    except ValueError:
        return True
    return False


def test_a_leap_year_has_one_day_more():
    assert starter.days_between("2024-01-01", "2025-01-01") == 366
    assert starter.days_between("2023-01-01", "2024-01-01") == 365
    assert starter.days_between("1900-02-28", "1900-03-01") == 1


def test_the_same_day():
    assert starter.days_between("2026-07-01", "2026-07-01") == 0
    assert starter.add_days("2026-07-01", 0) == "2026-07-01"


def test_going_and_coming_back():
    for count in range(-800, 801, 37):
        day = starter.add_days("2024-02-29", count)
        assert type(day) is str and len(day) == 10
        distance = starter.days_between(day, "2024-02-29")
        assert type(distance) is int and distance == abs(count)
        assert starter.add_days(day, -count) == "2024-02-29"


def test_early_years_keep_four_digits():
    assert starter.add_days("0999-12-31", -1) == "0999-12-30"


def test_a_whole_week():
    names = [starter.weekday_name(f"2000-01-{day:02}") for day in range(1, 8)]
    assert all(type(name) is str for name in names)
    assert names == ["Saturday", "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]


def test_refuses_what_is_not_a_date():
    assert refuses(starter.days_between, "2026-13-01", "2026-01-01")
    assert refuses(starter.days_between, "2026-01-01", "tomorrow")
    assert refuses(starter.add_days, "2023-02-29", 1)
    assert refuses(starter.weekday_name, "")
