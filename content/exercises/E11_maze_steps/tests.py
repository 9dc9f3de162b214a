import starter


def test_neighbours():
    assert starter.shortest_path(["SE"]) == 1


def test_around_the_corner():
    assert starter.shortest_path(["S.#", ".##", "..E"]) == 4


def test_no_way():
    assert starter.shortest_path(["S#E"]) is None


def test_no_diagonal_steps():
    assert starter.shortest_path(["S#", "#E"]) is None


def test_takes_the_shorter_of_two_ways():
    maze = [
        "S......",
        ".#####.",
        ".#####.",
        "E......",
    ]
    assert starter.shortest_path(maze) == 3
