import starter


def test_every_call_begins_a_new_basket():
    assert starter.add_item("bread") == ["bread"]
    assert starter.add_item("milk") == ["milk"]


def test_a_given_basket_grows():
    basket = ["tea"]
    assert starter.add_item("jam", basket) is basket
    assert basket == ["tea", "jam"]


def test_one_field_of_the_board_changes():
    board = starter.make_board(2, 3)
    board[0][0] = "X"
    assert board == [["X", ".", "."], [".", ".", "."]]


def test_removes_short_words():
    words = ["a", "on", "tree"]
    assert starter.remove_short(words, 3) is None
    assert words == ["tree"]


def test_keeps_long_words():
    words = ["apple", "pear"]
    starter.remove_short(words, 3)
    assert words == ["apple", "pear"]
