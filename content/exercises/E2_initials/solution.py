def get_initials(full_name):
    """Return the capital first letters of all words in full_name."""
    initials = ""
    for word in full_name.split():
        initials += word[0].upper()
    return initials
