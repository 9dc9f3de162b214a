import starter


def test_three_days():
    assert starter.reading_days(10, 3) == 3


def test_finishes_exactly():
    assert starter.reading_days(7, 3) == 2


def test_a_short_story():
    assert starter.reading_days(3, 5) == 1


def test_an_empty_book():
    assert starter.reading_days(0, 4) == 0
