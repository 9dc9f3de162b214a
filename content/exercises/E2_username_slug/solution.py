ALLOWED = "abcdefghijklmnopqrstuvwxyz0123456789"


def create_username_slug(name):
    """Return name as lower-case letters and digits, joined by single hyphens."""
    cleaned = ""
    for character in name.lower():
        if character in ALLOWED:
            cleaned += character
        else:
            cleaned += " "
    return "-".join(cleaned.split())
