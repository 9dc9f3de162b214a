from itertools import count, islice

import starter


def test_all_sizes():
    for length in range(12):
        items = list(range(length))
        for size in range(1, 8):
            result = list(starter.chunks(items, size))
            assert repr(result) == repr([items[start : start + size] for start in range(0, length, size)])
            assert all(type(chunk) is list for chunk in result)


def test_takes_no_more_than_it_needs():
    taken = []

    def source():
        for number in count():
            taken.append(number)
            yield number

    sheets = starter.chunks(source(), 4)
    assert taken == []
    assert next(sheets) == [0, 1, 2, 3]
    assert taken == [0, 1, 2, 3]
    assert next(sheets) == [4, 5, 6, 7]
    assert len(taken) == 8


def test_every_chunk_is_a_new_list():
    sheets = starter.chunks(range(4), 2)
    first = next(sheets)
    first.clear()
    assert next(sheets) == [2, 3]
    assert first == []


def test_chunks_of_a_generator():
    letters = (letter for letter in "abc")
    assert list(starter.chunks(letters, 2)) == [["a", "b"], ["c"]]


def test_refuses_negative_sizes():
    try:
        next(starter.chunks(count(), -1))
    except ValueError:
        return
    raise AssertionError("a negative size should raise ValueError")


def test_powers_of_many_bases():
    for base in range(-3, 10):
        found = list(islice(starter.powers(base), 30))
        assert repr(found) == repr([base**exponent for exponent in range(30)])


def test_generators_are_independent():
    first, second = starter.powers(3), starter.powers(3)
    assert [next(first), next(first), next(second), next(first)] == [1, 3, 1, 9]
