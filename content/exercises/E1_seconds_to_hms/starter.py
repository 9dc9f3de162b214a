def seconds_to_hms(seconds):
    """Return a number of seconds as text in the form HH:MM:SS."""
    pass
