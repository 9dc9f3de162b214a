import starter


def check(vector, x, y):
    assert type(vector) is starter.Vector
    assert repr((vector.x, vector.y)) == repr((x, y))


def raises_type_error(operation):
    try:
        operation()
    except TypeError:
        return True
    return False


def test_arithmetic_with_many_vectors():
    for x in range(-4, 5):
        for y in range(-4, 5):
            check(starter.Vector(x, y) + starter.Vector(y, 7), x + y, y + 7)
            check(starter.Vector(x, y) - starter.Vector(2, x), x - 2, y - x)
            check(starter.Vector(x, y) * 3, 3 * x, 3 * y)
            check(-2 * starter.Vector(x, y), -2 * x, -2 * y)
            check(-starter.Vector(x, y), -x, -y)


def test_operands_do_not_change():
    first, second = starter.Vector(5, 6), starter.Vector(7, 8)
    first + second, first - second, first * 2, 2 * first, -first, abs(first)
    check(first, 5, 6)
    check(second, 7, 8)


def test_repr_of_other_numbers():
    assert repr(starter.Vector(-1, 0.5)) == "Vector(-1, 0.5)"


def test_lengths():
    assert abs(starter.Vector(0, 0)) == 0
    assert abs(starter.Vector(-5, 12)) == 13
    assert abs(starter.Vector(8, -15)) == 17


def test_equality_needs_both_parts():
    assert (starter.Vector(1, 2) == starter.Vector(2, 1)) is False
    assert (starter.Vector(1, 2) == starter.Vector(0, 2)) is False
    assert (starter.Vector(1, 2) != starter.Vector(1, 2)) is False
    assert (starter.Vector(1, 2) == starter.Vector(1.0, 2.0)) is True
    assert (starter.Vector(1, 2) == (1, 2)) is False
    assert (starter.Vector(1, 2) == None) is False  # noqa: E711


def test_hash_follows_equality():
    assert hash(starter.Vector(1, 2)) == hash(starter.Vector(1.0, 2.0))
    assert len({starter.Vector(x % 3, 0) for x in range(30)}) == 3


def test_every_other_type_is_refused():
    vector = starter.Vector(1, 2)
    assert raises_type_error(lambda: vector + "a")
    assert raises_type_error(lambda: 3 + vector)
    assert raises_type_error(lambda: vector - 1)
    assert raises_type_error(lambda: vector - (1, 2))
    assert raises_type_error(lambda: "a" * vector)
    assert raises_type_error(lambda: vector * "a")
    assert raises_type_error(lambda: vector * None)
