import starter


def test_square():
    assert starter.square(4) == 16
    assert starter.square(0) == 0


def test_square_of_a_negative_number():
    assert starter.square(-3) == 9


def test_cube():
    assert starter.cube(2) == 8
    assert starter.cube(1) == 1


def test_cube_of_a_negative_number():
    assert starter.cube(-2) == -8


def test_is_even_for_even_numbers():
    assert starter.is_even(10) is True
    assert starter.is_even(0) is True


def test_is_even_for_odd_numbers():
    assert starter.is_even(7) is False
