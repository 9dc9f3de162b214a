class ConfigError(Exception):
    """A mistake in a settings file; line_number is None if it concerns the whole file."""

    def __init__(self, message, line_number=None):
        pass


def read_config(path):
    """Return the settings in a file as a dictionary; raise ConfigError for mistakes."""
    pass
