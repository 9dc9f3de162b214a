import starter


def check(full_name, expected):
    initials = starter.get_initials(full_name)
    assert type(initials) is str
    assert initials == expected


def test_one_word():
    check("Plato", "P")
    check("x", "X")


def test_many_words():
    check("pablo diego josé francisco de paula", "PDJFDP")


def test_letters_with_accents():
    check("élodie Ångström", "ÉÅ")


def test_all_kinds_of_white_space():
    check("\tgrace\n hopper  ", "GH")
    check("   ", "")


def test_every_letter_of_the_alphabet():
    letters = "abcdefghijklmnopqrstuvwxyz"
    check(" ".join(letter + "name" for letter in letters), letters.upper())
