import starter


def test_returns_a_dictionary_of_numbers():
    counts = starter.count_words("b a b")
    assert isinstance(counts, dict)
    assert repr(sorted(counts.items())) == "[('a', 1), ('b', 2)]"


def test_every_punctuation_mark():
    assert starter.count_words('.w ,w !w ?w ;w :w "w (w )w') == {"w": 9}
    assert starter.count_words('w. w, w! w? w; w: w" w( w)') == {"w": 9}


def test_many_marks_around_a_word():
    assert starter.count_words('("Stop!!!"), he said...') == {"stop": 1, "he": 1, "said": 1}


def test_marks_without_a_word():
    assert starter.count_words("wait ... what ?!") == {"wait": 1, "what": 1}
    assert starter.most_common_word("... !") is None


def test_all_kinds_of_white_space():
    assert starter.count_words("a\nb\t a  b a") == {"a": 3, "b": 2}


def test_other_characters_belong_to_the_word():
    assert starter.count_words("#tag ~you~ well-known") == {"#tag": 1, "~you~": 1, "well-known": 1}


def test_counts_in_a_long_text():
    text = " ".join(["alpha", "Beta", "GAMMA,"] * 200 + ["beta!"])
    assert starter.count_words(text) == {"alpha": 200, "beta": 201, "gamma": 200}
    assert starter.most_common_word(text) == "beta"


def test_a_tie_goes_to_the_first_word_of_the_text():
    assert starter.most_common_word("zebra apple apple zebra") == "zebra"
    assert starter.most_common_word("x y z") == "x"
