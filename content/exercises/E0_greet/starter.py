def greet(name):
    """Return a greeting for the person called name."""
    pass
