from itertools import count, islice

import starter


def test_chunks_of_a_list():
    assert list(starter.chunks([1, 2, 3, 4], 2)) == [[1, 2], [3, 4]]


def test_the_last_chunk_may_be_shorter():
    assert list(starter.chunks("abcde", 2)) == [["a", "b"], ["c", "d"], ["e"]]


def test_no_items():
    assert list(starter.chunks([], 3)) == []


def test_chunks_of_something_endless():
    assert next(starter.chunks(count(), 3)) == [0, 1, 2]


def test_refuses_a_size_of_zero():
    try:
        list(starter.chunks([1], 0))
    except ValueError:
        return
    raise AssertionError("chunks([1], 0) should raise ValueError")


def test_powers():
    assert list(islice(starter.powers(2), 5)) == [1, 2, 4, 8, 16]
