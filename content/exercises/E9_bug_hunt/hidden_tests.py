import starter


def check(items, expected):
    before = list(items)
    total = starter.sum_list_str(items)
    assert type(total) is int
    assert total == expected
    assert items == before


def test_many_numbers():
    check([str(number) for number in range(101)], 5050)


def test_all_pairs():
    for first in range(-6, 7):
        for second in range(-6, 7):
            check([str(first), str(second)], first + second)


def test_only_blank_strings():
    check(["", " ", "\t"], 0)


def test_blank_strings_between_numbers():
    check(["", "4", "   ", "5", ""], 9)


def test_spaces_around_negative_numbers():
    check(["  -3", "-2  ", " 12 "], 7)


def test_leading_zeros_and_plus_signs():
    check(["007", "+5"], 12)
