import starter


def test_squares_of_many_numbers():
    for number in range(-50, 51):
        result = starter.square(number)
        assert type(result) is int
        assert result == number * number


def test_cubes_of_many_numbers():
    for number in range(-50, 51):
        result = starter.cube(number)
        assert type(result) is int
        assert result == number * number * number


def test_numbers_with_a_fraction():
    assert starter.square(1.5) == 2.25
    assert starter.cube(0.5) == 0.125


def test_even_and_odd_take_turns():
    expected = True
    for number in range(-40, 41):
        assert starter.is_even(number) is expected
        expected = not expected


def test_large_numbers():
    assert starter.square(10**12) == 10**24
    assert starter.is_even(10**30 + 1) is False
