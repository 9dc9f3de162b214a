import starter


def check(name, expected):
    greeting = starter.greet(name)
    assert type(greeting) is str
    assert greeting == expected


def test_other_names():
    check("Mary", "Hello, Mary!")
    check("Noor", "Hello, Noor!")
    check("o", "Hello, o!")


def test_keeps_letters_of_every_alphabet():
    check("Zoë", "Hello, Zoë!")
    check("Юлия", "Hello, Юлия!")
    check("明", "Hello, 明!")


def test_does_not_change_the_name():
    check("mcKAY", "Hello, mcKAY!")
    check("Jean-Luc O'Hara", "Hello, Jean-Luc O'Hara!")
