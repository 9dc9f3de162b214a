import starter


def test_three_rows():
    assert starter.times_table(7, 3) == ["7 x 1 = 7", "7 x 2 = 14", "7 x 3 = 21"]


def test_one_row():
    assert starter.times_table(12, 1) == ["12 x 1 = 12"]


def test_no_rows():
    assert starter.times_table(5, 0) == []
