import starter


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def error_for(path):
    """The ConfigError that reading the file raises."""
    try:
        starter.read_config(path)
    except starter.ConfigError as error:
        return error
    raise AssertionError("read_config should raise ConfigError")


def test_the_error_class():
    error = starter.ConfigError("line 2: oops", 2)
    assert str(error) == "line 2: oops"
    assert error.line_number == 2
    assert starter.ConfigError("oops").line_number is None


def test_reads_settings():
    path = write("app.conf", "# server\nhost = example.org\nport = 8080\ndebug = True\n")
    assert starter.read_config(path) == {"host": "example.org", "port": 8080, "debug": True}


def test_empty_file():
    assert starter.read_config(write("empty.conf", "")) == {}


def test_a_line_without_a_separator():
    error = error_for(write("broken.conf", "a = 1\n\nnonsense\n"))
    assert str(error) == "line 3: expected name = value"
    assert error.line_number == 3


def test_a_name_used_twice():
    error = error_for(write("twice.conf", "# x\nport = 1\n\nport = 2\n"))
    assert str(error) == "line 4: name used twice: port"
    assert error.line_number == 4


def test_a_missing_file():
    error = error_for("no_such.conf")
    assert str(error) == "file not found: no_such.conf"
    assert error.line_number is None
    assert isinstance(error.__cause__, FileNotFoundError)
