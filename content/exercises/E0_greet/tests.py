import starter


def test_greets_ada():
    assert starter.greet("Ada") == "Hello, Ada!"


def test_greets_someone_else():
    assert starter.greet("Linus") == "Hello, Linus!"


def test_keeps_every_word_of_the_name():
    assert starter.greet("Grace Hopper") == "Hello, Grace Hopper!"
