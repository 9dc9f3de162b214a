import starter


def check(maze, expected):
    before = list(maze)
    steps = starter.shortest_path(maze)
    assert type(steps) is type(expected)
    assert steps == expected
    assert maze == before


def test_empty_halls_of_every_size():
    for rows in range(1, 7):
        for columns in range(2, 7):
            field = [["."] * columns for _ in range(rows)]
            field[0][0] = "S"
            field[rows - 1][columns - 1] = "E"
            check(["".join(row) for row in field], rows + columns - 2)


def test_start_and_exit_may_be_anywhere():
    check(["...", ".E.", "..S"], 2)
    check(["E.#.S"], None)
    check(["..E", "...", "S.."], 4)


def test_does_not_leave_at_one_edge_and_return_at_the_other():
    check(["S....E"], 5)
    check(["S#...E"], None)
    check(["S#E", "###", "..."], None)


def test_a_snake():
    check(["S....", "####.", ".....", ".####", "....E"], 16)


def test_a_dead_end_first():
    check(["S..#....", ".#.#.##.", ".#...#E.", ".#####..", "........"], 12)


def test_a_large_hall():
    rows = [["."] * 60 for _ in range(60)]
    rows[0][0], rows[59][59] = "S", "E"
    check(["".join(row) for row in rows], 118)


def test_a_large_hall_with_a_locked_exit():
    rows = [["."] * 60 for _ in range(60)]
    rows[0][0], rows[59][59] = "S", "E"
    rows[58][59] = rows[59][58] = "#"
    check(["".join(row) for row in rows], None)


def test_a_long_corridor():
    check(["S" + "." * 2000 + "E"], 2001)
