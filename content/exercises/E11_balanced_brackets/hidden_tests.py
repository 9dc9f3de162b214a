import starter

PAIRS = ("()", "[]", "{}")


def check(text, problem):
    place = starter.first_problem(text)
    assert type(place) is type(problem)
    assert place == problem
    assert starter.is_balanced(text) is (problem is None)


def test_every_pair_of_brackets():
    for first in "([{":
        for second in ")]}":
            check(first + second, None if first + second in PAIRS else 1)


def test_a_single_bracket():
    for bracket in "()[]{}":
        check("ab" + bracket, 2)


def test_deep_nesting():
    for pair in PAIRS:
        check(pair[0] * 500 + pair[1] * 500, None)
        check(pair[0] * 500 + pair[1] * 499, 0)
        check(pair[0] * 500 + pair[1] * 501, 1000)


def test_closing_too_early():
    check("}{", 0)
    check("())(", 2)


def test_the_first_wrong_closing_bracket_is_to_blame():
    check("([x)]}", 3)
    check("{(}", 2)
    check("(((]", 3)


def test_an_open_bracket_after_closed_ones():
    check("()[]{", 4)
    check("()(()", 2)
    check("[](({}", 2)


def test_other_characters_are_ignored():
    check("<>'\"\\/«»", None)
    check("if (a < b) { c[0] = '<'; }", None)


def test_the_same_number_is_not_enough():
    check("([)]", 2)
    check(")(", 0)
