import starter


def test_the_first_five():
    assert starter.fizzbuzz(5) == ["1", "2", "Fizz", "4", "Buzz"]


def test_a_multiple_of_three_and_five():
    assert starter.fizzbuzz(15)[-1] == "FizzBuzz"


def test_the_limit_is_included():
    assert len(starter.fizzbuzz(10)) == 10


def test_nobody_plays():
    assert starter.fizzbuzz(0) == []
