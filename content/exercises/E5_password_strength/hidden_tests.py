from itertools import combinations

import starter

KINDS = ("abcde", "VWXYZ", "01234", "?! _-")


def made_of(kinds, length):
    """A password of the given length with characters of all these kinds."""
    together = "".join(characters[turn] for turn in range(5) for characters in kinds)
    return (together * length)[:length]


def check(password, expected):
    strength = starter.check_password_strength(password)
    assert type(strength) is str
    assert strength == expected


def test_one_kind():
    for kinds in combinations(KINDS, 1):
        check(made_of(kinds, 30), "Weak")


def test_two_kinds():
    for kinds in combinations(KINDS, 2):
        check(made_of(kinds, 20), "Weak")


def test_three_kinds():
    for kinds in combinations(KINDS, 3):
        check(made_of(kinds, 7), "Weak")
        check(made_of(kinds, 8), "Medium")
        check(made_of(kinds, 40), "Medium")


def test_four_kinds_at_every_length():
    for length in range(4, 20):
        expected = "Weak" if length < 8 else "Medium" if length < 12 else "Strong"
        check(made_of(KINDS, length), expected)


def test_the_rare_kind_may_stand_anywhere():
    check("aaaaaaaaaB1 ", "Strong")
    check(" 1Baaaaaaaaa", "Strong")


def test_empty():
    check("", "Weak")
