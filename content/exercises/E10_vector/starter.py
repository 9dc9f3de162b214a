class Vector:
    """A step in the plane: x to the east, y to the north."""

    def __init__(self, x, y):
        pass

    def __repr__(self):
        """Return text such as Vector(3, 4)."""
        return "Vector"
