import starter


def test_balanced():
    assert starter.is_balanced("print(items[0])") is True
    assert starter.is_balanced("{[()]}()") is True


def test_no_brackets():
    assert starter.is_balanced("") is True
    assert starter.is_balanced("hello") is True


def test_wrong_partner():
    assert starter.is_balanced("(a]") is False


def test_never_closed():
    assert starter.is_balanced("((a)") is False


def test_wrong_order():
    assert starter.is_balanced("([)]") is False


def test_where_a_closing_bracket_does_not_fit():
    assert starter.first_problem("f(x[1)]") == 5
    assert starter.first_problem("a)") == 1


def test_where_a_bracket_stays_open():
    assert starter.first_problem("(a(b)") == 0


def test_no_problem():
    assert starter.first_problem("ok()") is None
