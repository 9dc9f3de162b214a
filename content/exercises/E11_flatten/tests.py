import starter


def test_flatten():
    assert starter.flatten([1, [2, [3, 4]], 5]) == [1, 2, 3, 4, 5]


def test_flatten_a_flat_list():
    assert starter.flatten(["a", "b"]) == ["a", "b"]


def test_flatten_empty_lists():
    assert starter.flatten([[], [[]]]) == []


def test_strings_and_tuples_stay_in_one_piece():
    assert starter.flatten(["ab", [(1, 2), ["cd"]]]) == ["ab", (1, 2), "cd"]


def test_depth():
    assert starter.depth([1, 2]) == 1
    assert starter.depth([1, [2, [3, 4]], 5]) == 3


def test_depth_of_empty_lists():
    assert starter.depth([]) == 1
    assert starter.depth([[], [[]]]) == 3
