from collections import deque


def find(maze, mark):
    """Return the row and the column of a mark in the maze."""
    for row, line in enumerate(maze):
        if mark in line:
            return row, line.index(mark)


def free_neighbours(maze, row, column):
    """Yield all fields that can be reached from a field in one step."""
    for next_row, next_column in (
        (row - 1, column),
        (row + 1, column),
        (row, column - 1),
        (row, column + 1),
    ):
        is_inside = 0 <= next_row < len(maze) and 0 <= next_column < len(maze[0])
        if is_inside and maze[next_row][next_column] != "#":
            yield next_row, next_column


def shortest_path(maze):
    """Return the fewest steps from S to E, or None if there is no way."""
    start, end = find(maze, "S"), find(maze, "E")
    waiting = deque([(start, 0)])
    seen = {start}
    while waiting:
        field, steps = waiting.popleft()
        if field == end:
            return steps
        for neighbour in free_neighbours(maze, *field):
            if neighbour not in seen:
                seen.add(neighbour)
                waiting.append((neighbour, steps + 1))
    return None
