import starter


def test_many_tables():
    for number in range(-5, 15):
        table = starter.times_table(number, 12)
        assert type(table) is list and len(table) == 12
        for position, row in enumerate(table):
            assert type(row) is str
            left, result = row.split(" = ")
            assert left == f"{number} x {position + 1}"
            assert int(result) == number * (position + 1)


def test_zero():
    assert starter.times_table(0, 2) == ["0 x 1 = 0", "0 x 2 = 0"]
