import starter


def test_add():
    room = starter.StockRoom()
    assert room.add("apple", 5) == 5
    assert room.add("apple", 2) == 7


def test_take():
    room = starter.StockRoom()
    room.add("apple", 5)
    assert room.take("apple", 2) == 3


def test_take_too_many():
    room = starter.StockRoom()
    room.add("apple", 3)
    try:
        room.take("apple", 4)
    except starter.StockError as error:
        assert str(error) == "only 3 of apple"
        assert room.report() == ["apple: 3"]
        return
    raise AssertionError("take should raise StockError")


def test_report_is_sorted():
    room = starter.StockRoom()
    room.add("pear", 1)
    room.add("apple", 2)
    assert room.report() == ["apple: 2", "pear: 1"]


def test_commands():
    room = starter.StockRoom()
    assert room.handle("add apple 5\n") == ["apple: 5"]
    assert room.handle("take apple 2\n") == ["apple: 3"]
    assert room.handle("list\n") == ["apple: 3"]
    assert room.handle("\n") == []


def test_mistakes():
    room = starter.StockRoom()
    assert room.handle("take pear 1") == ["error: no such item: pear"]
    assert room.handle("dance\n") == ["error: cannot understand: dance"]
    assert room.handle("add apple many") == ["error: cannot understand: add apple many"]
