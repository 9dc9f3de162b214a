import starter


def test_two_words():
    assert starter.create_username_slug("Ada Lovelace") == "ada-lovelace"


def test_many_separators_become_one_hyphen():
    assert starter.create_username_slug("  R2 -- D2!  ") == "r2-d2"


def test_an_underscore_is_a_separator():
    assert starter.create_username_slug("snake_case") == "snake-case"


def test_accents_are_not_kept():
    assert starter.create_username_slug("José") == "jos"


def test_nothing_to_keep():
    assert starter.create_username_slug("!!!") == ""
