import starter


def test_divisible_by_four():
    assert starter.is_leap_year(2024) is True


def test_not_divisible_by_four():
    assert starter.is_leap_year(2023) is False


def test_divisible_by_a_hundred():
    assert starter.is_leap_year(1900) is False


def test_divisible_by_four_hundred():
    assert starter.is_leap_year(2000) is True
