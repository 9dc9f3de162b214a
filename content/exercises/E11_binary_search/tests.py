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


def test_finds_an_item():
    assert starter.find_index([2, 5, 8, 12], 8) == 2


def test_finds_the_first_and_the_last_item():
    assert starter.find_index([2, 5, 8, 12], 2) == 0
    assert starter.find_index([2, 5, 8, 12], 12) == 3


def test_not_there():
    assert starter.find_index([2, 5, 8, 12], 9) is None
    assert starter.find_index([], 1) is None


def test_the_smallest_index_of_several():
    assert starter.find_index([3, 3, 3], 3) == 0


def test_looks_at_few_items():
    evens = Sequence(1_000_000, lambda index: 2 * index)
    assert starter.find_index(evens, 246_912) == 123_456
