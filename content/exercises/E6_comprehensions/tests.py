import starter


def test_even_squares():
    assert starter.even_squares([1, 2, 3, 4]) == [4, 16]


def test_even_squares_keeps_the_order():
    assert starter.even_squares([6, -2, 4]) == [36, 4, 16]


def test_word_lengths():
    assert starter.word_lengths(["tea", "milk"]) == {"tea": 3, "milk": 4}


def test_first_letters():
    assert starter.first_letters(["Apple", "avocado", "", "Bread"]) == {"a", "b"}


def test_nothing_in_nothing_out():
    assert starter.even_squares([]) == []
    assert starter.word_lengths([]) == {}
    assert starter.first_letters([]) == set()
