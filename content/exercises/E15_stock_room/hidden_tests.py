import starter


def message_of(room, name, count):
    try:
        room.take(name, count)
    except starter.StockError as error:
        return str(error)
    raise AssertionError("take should raise StockError")


def test_many_changes():
    room = starter.StockRoom()
    expected = 0
    for count in range(1, 30):
        expected += 3 * count
        assert repr(room.add("nail", 3 * count)) == repr(expected)
        expected -= count
        assert repr(room.take("nail", count)) == repr(expected)
    assert room.report() == [f"nail: {expected}"]


def test_taking_everything():
    room = starter.StockRoom()
    room.add("egg", 6)
    assert room.take("egg", 6) == 0
    assert room.report() == []
    assert message_of(room, "egg", 1) == "no such item: egg"
    assert room.add("egg", 1) == 1


def test_messages():
    room = starter.StockRoom()
    room.add("salt", 2)
    assert message_of(room, "salt", 10) == "only 2 of salt"
    assert message_of(room, "Salt", 1) == "no such item: Salt"
    assert room.report() == ["salt: 2"]


def test_rooms_are_independent():
    first, second = starter.StockRoom(), starter.StockRoom()
    first.add("tea", 1)
    assert second.report() == []
    assert second.handle("list") == ["empty"]


def test_report_is_a_list_of_strings():
    room = starter.StockRoom()
    for name in ("kiwi", "fig", "Plum", "date"):
        room.add(name, len(name))
    report = room.report()
    assert type(report) is list and all(type(line) is str for line in report)
    assert report == ["Plum: 4", "date: 4", "fig: 3", "kiwi: 4"]


def test_commands_with_extra_spaces():
    room = starter.StockRoom()
    assert room.handle("   add   fig    12  \n") == ["fig: 12"]
    assert room.handle("  list ") == ["fig: 12"]
    assert room.handle("   ") == []


def test_commands_that_cannot_be_understood():
    room = starter.StockRoom()
    for command in (
        "add", "add fig", "add fig 0", "add fig -1", "add fig 1.5", "add fig 1 2", "add big fig 1",
        "take fig", "take fig x", "list all", "LIST", "Add fig 1", "remove fig 1", "?",
    ):
        assert room.handle(f"  {command} \n") == [f"error: cannot understand: {command}"]
    assert room.handle("list") == ["empty"]


def test_failing_commands_change_nothing():
    room = starter.StockRoom()
    room.handle("add fig 3")
    assert room.handle("take fig 4") == ["error: only 3 of fig"]
    assert room.handle("take date 1") == ["error: no such item: date"]
    assert room.handle("list") == ["fig: 3"]
