import starter


def test_the_years_around_a_century():
    assert starter.is_leap_year(2096) is True
    assert starter.is_leap_year(2100) is False
    assert starter.is_leap_year(2104) is True


def test_the_first_leap_years():
    assert [year for year in range(1, 21) if starter.is_leap_year(year)] == [4, 8, 12, 16, 20]


def test_every_period_of_four_hundred_years_has_97_leap_years():
    for first in (1, 1600, 2023):
        answers = [starter.is_leap_year(year) for year in range(first, first + 400)]
        assert all(type(answer) is bool for answer in answers)
        assert answers.count(True) == 97


def test_only_every_fourth_century_is_leap():
    centuries = [year for year in range(100, 3001, 100) if starter.is_leap_year(year)]
    assert centuries == [400, 800, 1200, 1600, 2000, 2400, 2800]
