import starter


def check(amounts, expected):
    before = list(amounts)
    totals = starter.running_total(amounts)
    assert type(totals) is list
    assert repr(totals) == repr(expected)
    assert amounts == before and totals is not amounts


def test_one_amount():
    check([7], [7])


def test_the_same_amount_every_day():
    for amount in range(-3, 4):
        check([amount] * 20, [amount * day for day in range(1, 21)])


def test_the_first_numbers():
    check(list(range(1, 101)), [number * (number + 1) // 2 for number in range(1, 101)])


def test_fractions():
    check([0.5, 0.25, 4], [0.5, 0.75, 4.75])


def test_a_long_list_is_done_quickly():
    totals = starter.running_total([1] * 50_000)
    assert len(totals) == 50_000 and totals[-1] == 50_000
