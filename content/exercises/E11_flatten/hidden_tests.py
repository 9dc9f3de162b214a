import starter


def nested(levels):
    """A list that holds every number from 1 to levels, each one level deeper."""
    items = [levels]
    for number in range(levels - 1, 0, -1):
        items = [number, items]
    return items


def test_every_number_of_levels():
    for levels in range(1, 31):
        items = nested(levels)
        flat = starter.flatten(items)
        assert type(flat) is list
        assert repr(flat) == repr(list(range(1, levels + 1)))
        assert starter.depth(items) == levels
        assert items == nested(levels)


def test_the_deepest_place_may_be_anywhere():
    assert starter.depth([[[1]], 2, [3]]) == 3
    assert starter.depth([1, [2], [[[3]]]]) == 4
    assert starter.depth([[], [1, [2]], []]) == 3


def test_everything_that_is_not_a_list_is_kept():
    kept = [None, False, 0, "", {1: [2]}, (3, [4])]
    assert starter.flatten([kept[:3], [[kept[3:]]]]) == kept


def test_equal_items_are_all_kept():
    assert starter.flatten([[1, 1], [1, [1]]]) == [1, 1, 1, 1]


def test_the_result_is_a_new_list():
    items = [1, 2]
    assert starter.flatten(items) is not items
