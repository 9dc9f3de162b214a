class ConfigError(Exception):
    """A mistake in a settings file; line_number is None if it concerns the whole file."""

    def __init__(self, message, line_number=None):
        super().__init__(message)
        self.line_number = line_number


def convert(text):
    """Return text as a bool or an int if it looks like one."""
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        return int(text)
    except ValueError:
        return text


def parse(lines):
    """Return the settings in lines as a dictionary."""
    settings = {}
    for line_number, line in enumerate(lines, start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, separator, value = line.partition("=")
        name = name.strip()
        if not separator or not name:
            raise ConfigError(f"line {line_number}: expected name = value", line_number)
        if name in settings:
            raise ConfigError(f"line {line_number}: name used twice: {name}", line_number)
        settings[name] = convert(value.strip())
    return settings


def read_config(path):
    """Return the settings in a file as a dictionary; raise ConfigError for mistakes."""
    try:
        with open(path, encoding="utf-8") as file:
            return parse(file)
    except FileNotFoundError as error:
        raise ConfigError(f"file not found: {path}") from error
