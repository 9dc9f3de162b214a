import starter


def check(first, second, union, intersection, difference, symmetric_difference):
    before = list(first), list(second)
    result = starter.set_ops(first, second)
    assert isinstance(result, dict) and len(result) == 4
    assert all(type(value) is set for value in result.values())
    assert result["union"] == union
    assert result["intersection"] == intersection
    assert result["difference"] == difference
    assert result["symmetric_difference"] == symmetric_difference
    assert (first, second) == before


def test_repeated_members():
    check([1, 1, 2], [2, 2, 3], {1, 2, 3}, {2}, {1}, {1, 3})


def test_the_order_of_the_lists_matters():
    check([5, 6], [6, 7], {5, 6, 7}, {6}, {5}, {5, 7})
    check([6, 7], [5, 6], {5, 6, 7}, {6}, {7}, {5, 7})


def test_empty_lists():
    check([], [], set(), set(), set(), set())
    check([], ["a"], {"a"}, set(), set(), {"a"})
    check(["a"], [], {"a"}, set(), {"a"}, {"a"})


def test_equal_lists():
    check(["x", "y"], ["y", "x"], {"x", "y"}, {"x", "y"}, set(), set())


def test_large_lists():
    first = list(range(0, 30_000))
    second = list(range(20_000, 50_000))
    check(
        first,
        second,
        set(range(50_000)),
        set(range(20_000, 30_000)),
        set(range(20_000)),
        set(range(20_000)) | set(range(30_000, 50_000)),
    )
