import starter


def test_an_empty_basket_is_used_too():
    basket = []
    assert starter.add_item("egg", basket) is basket
    assert basket == ["egg"]


def test_new_baskets_are_independent():
    first = starter.add_item("one")
    second = starter.add_item("two")
    starter.add_item("three", first)
    assert type(first) is list and type(second) is list
    assert first == ["one", "three"]
    assert second == ["two"]


def test_boards_of_all_sizes():
    for rows in range(5):
        for columns in range(1, 5):
            board = starter.make_board(rows, columns)
            assert type(board) is list and len(board) == rows
            assert all(row == ["."] * columns for row in board)


def test_every_field_is_independent():
    board = starter.make_board(3, 4)
    for row in range(3):
        for column in range(4):
            board[row][column] = f"{row}{column}"
    assert board == [[f"{row}{column}" for column in range(4)] for row in range(3)]


def test_short_words_next_to_each_other():
    words = ["of", "to", "in", "house", "at", "by"]
    starter.remove_short(words, 3)
    assert words == ["house"]


def test_a_word_that_occurs_twice():
    words = ["hi", "hello", "hi", "hi"]
    starter.remove_short(words, 4)
    assert words == ["hello"]


def test_the_same_list_object_is_changed():
    words = ["a", "bb", "ccc"]
    alias = words
    starter.remove_short(words, 2)
    assert alias is words and alias == ["bb", "ccc"]
