import starter


def test_even_squares_of_a_range():
    numbers = list(range(-9, 30))
    squares = starter.even_squares(numbers)
    assert type(squares) is list
    assert repr(squares) == repr([4 * half * half for half in range(-4, 15)])
    assert numbers == list(range(-9, 30))


def test_even_squares_keeps_repeated_numbers():
    assert starter.even_squares([2, 2, 3, 0]) == [4, 4, 0]


def test_word_lengths_of_many_words():
    words = ["x" * length for length in range(12)]
    lengths = starter.word_lengths(words)
    assert type(lengths) is dict
    assert sorted(lengths) == words
    assert [lengths[word] for word in words] == list(range(12))


def test_word_lengths_of_repeated_words():
    assert starter.word_lengths(["so", "so", "la"]) == {"so": 2, "la": 2}


def test_first_letters_is_a_set_of_strings():
    letters = starter.first_letters(["Zebra", "zoo", "ant", "Éclair", "7 dwarfs"])
    assert type(letters) is set
    assert sorted(letters) == ["7", "a", "z", "é"]


def test_first_letters_of_empty_strings():
    assert starter.first_letters(["", ""]) == set()
