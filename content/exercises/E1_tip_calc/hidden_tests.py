import starter


def check(bill, tip_percent, expected):
    tip = starter.calculate_tip(bill, tip_percent)
    assert type(tip) in (int, float)
    assert tip == expected


def test_whole_percentages():
    for bill in range(0, 300, 20):
        check(bill, 10, bill // 10)
        check(bill, 15, bill * 3 / 20)


def test_percentages_with_decimals():
    check(80, 12.5, 10.0)
    check(19.99, 7.5, 1.5)


def test_small_and_large_bills():
    check(0, 25, 0)
    check(0.4, 20, 0.08)
    check(12000, 33, 3960.0)
