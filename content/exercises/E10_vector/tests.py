import starter


def raises_type_error(operation):
    try:
        operation()
    except TypeError:
        return True
    return False


def test_has_two_parts():
    step = starter.Vector(3, 4)
    assert step.x == 3
    assert step.y == 4


def test_repr():
    assert repr(starter.Vector(3, 4)) == "Vector(3, 4)"


def test_equality():
    assert (starter.Vector(1, 2) == starter.Vector(1, 2)) is True
    assert (starter.Vector(1, 2) == starter.Vector(1, 3)) is False
    assert (starter.Vector(1, 2) == "home") is False


def test_add_and_subtract():
    assert starter.Vector(1, 2) + starter.Vector(3, 4) == starter.Vector(4, 6)
    assert starter.Vector(1, 2) - starter.Vector(3, 5) == starter.Vector(-2, -3)


def test_multiply_from_both_sides():
    assert 3 * starter.Vector(1, -2) == starter.Vector(3, -6)
    assert starter.Vector(1, -2) * 0.5 == starter.Vector(0.5, -1)


def test_negative():
    assert -starter.Vector(1, -2) == starter.Vector(-1, 2)


def test_length():
    assert abs(starter.Vector(3, 4)) == 5.0


def test_key_of_a_dictionary():
    assert {starter.Vector(1, 2): "home"}[starter.Vector(1, 2)] == "home"


def test_other_types_are_refused():
    vector = starter.Vector(1, 2)
    assert raises_type_error(lambda: vector + 3), "Vector + 3 should raise TypeError"
    assert raises_type_error(lambda: vector * vector), "Vector * Vector should raise TypeError"
