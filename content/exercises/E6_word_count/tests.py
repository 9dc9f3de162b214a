import starter


def test_counts_words():
    assert starter.count_words("one fish two fish") == {"one": 1, "fish": 2, "two": 1}


def test_ignores_case_and_punctuation():
    assert starter.count_words("To be, or not to be!") == {"to": 2, "be": 2, "or": 1, "not": 1}


def test_keeps_characters_inside_words():
    assert starter.count_words("It's 12:30 (sharp).") == {"it's": 1, "12:30": 1, "sharp": 1}


def test_most_common_word():
    assert starter.most_common_word("Tea? Coffee! Tea.") == "tea"


def test_the_first_of_equally_common_words():
    assert starter.most_common_word("red blue red blue green") == "red"


def test_no_words():
    assert starter.count_words("") == {}
    assert starter.most_common_word("") is None
