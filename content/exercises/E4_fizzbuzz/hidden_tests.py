import starter


def said_for(number):
    return starter.fizzbuzz(number)[number - 1]


def test_only_strings_in_a_list():
    said = starter.fizzbuzz(31)
    assert type(said) is list
    assert all(type(word) is str for word in said)


def test_the_second_round():
    assert starter.fizzbuzz(30)[15:] == [
        "16", "17", "Fizz", "19", "Buzz", "Fizz", "22", "23", "Fizz", "Buzz", "26", "Fizz", "28", "29", "FizzBuzz",
    ]


def test_single_numbers():
    assert said_for(1) == "1"
    assert said_for(99) == "Fizz"
    assert said_for(100) == "Buzz"
    assert said_for(135) == "FizzBuzz"


def test_how_often_each_word_is_said():
    said = starter.fizzbuzz(300)
    assert said.count("FizzBuzz") == 20
    assert said.count("Fizz") == 80
    assert said.count("Buzz") == 40
