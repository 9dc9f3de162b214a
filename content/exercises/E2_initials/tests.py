import starter


def test_two_words():
    assert starter.get_initials("Ada Lovelace") == "AL"


def test_lower_case_letters_become_capitals():
    assert starter.get_initials("martin luther king") == "MLK"


def test_too_many_spaces():
    assert starter.get_initials("  Frida   Kahlo ") == "FK"


def test_a_hyphen_does_not_separate_words():
    assert starter.get_initials("Jean-Luc Picard") == "JP"


def test_no_name():
    assert starter.get_initials("") == ""
