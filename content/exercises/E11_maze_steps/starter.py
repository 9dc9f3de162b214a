def shortest_path(maze):
    """Return the fewest steps from S to E, or None if there is no way."""
    pass
