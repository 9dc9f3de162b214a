import starter


class Sequence:
    """A sequence of a given length that counts how often somebody looks at an item."""

    def __init__(self, length, item_at):
        self.length = length
        self.item_at = item_at
        self.looks = 0

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        if not 0 <= index < self.length:
            raise IndexError(index)
        self.looks += 1
        assert self.looks <= 100, "find_index looked more than 100 times"
        return self.item_at(index)


def check(items, target, expected):
    index = starter.find_index(items, target)
    assert type(index) is type(expected)
    assert index == expected


def test_every_place_in_lists_of_every_length():
    for length in range(20):
        items = [3 * number + 1 for number in range(length)]
        for index, item in enumerate(items):
            check(items, item, index)
            check(items, item + 1, None)
        check(items, 0, None)


def test_equal_items_anywhere():
    for before in range(6):
        for equal in range(1, 7):
            for after in range(6):
                check([1] * before + [2] * equal + [3] * after, 2, before)


def test_words():
    words = ["ash", "beech", "elm", "oak", "pine"]
    check(words, "oak", 3)
    check(words, "fir", None)


def test_a_huge_sequence():
    for place in (0, 1, 499_999_999, 500_000_000, 777_777_777, 999_999_999):
        check(Sequence(10**9, lambda index: 7 * index), 7 * place, place)
        check(Sequence(10**9, lambda index: 7 * index), 7 * place + 3, None)


def test_a_huge_sequence_of_equal_items():
    check(Sequence(10**9, lambda index: index // 10**6), 500, 500 * 10**6)


def test_the_items_are_not_changed():
    items = [1, 4, 9]
    starter.find_index(items, 4)
    assert items == [1, 4, 9]
