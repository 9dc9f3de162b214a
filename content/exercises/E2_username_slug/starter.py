def create_username_slug(name):
    """Return name as lower-case letters and digits, joined by single hyphens."""
    pass
