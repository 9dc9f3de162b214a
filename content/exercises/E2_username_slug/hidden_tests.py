import starter

ALLOWED = set("abcdefghijklmnopqrstuvwxyz0123456789")


def check(name, expected):
    slug = starter.create_username_slug(name)
    assert type(slug) is str
    assert slug == expected


def test_an_accent_inside_a_word_separates():
    check("Zoë Müller", "zo-m-ller")


def test_hyphens_in_the_name():
    check("-Jean--Luc-", "jean-luc")


def test_digits():
    check("42", "42")
    check("Agent 007", "agent-007")


def test_tabs_and_new_lines():
    check("a\tb\nc", "a-b-c")


def test_empty():
    check("", "")
    check("   ", "")


def test_every_ascii_character():
    for code in range(32, 127):
        character = chr(code)
        between = character.lower() if character.lower() in ALLOWED else "-"
        check("x" + character + "Y", "x" + between + "y")
