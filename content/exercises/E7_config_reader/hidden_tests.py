import starter


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def check(path, text, expected):
    settings = starter.read_config(write(path, text))
    assert isinstance(settings, dict)
    assert repr(sorted(settings.items())) == repr(sorted(expected.items()))


def check_error(path, text, message, line_number):
    write(path, text)
    try:
        starter.read_config(path)
    except starter.ConfigError as error:
        assert str(error) == message
        assert error.line_number == line_number
        return
    raise AssertionError("read_config should raise ConfigError")


def test_every_kind_of_value():
    check(
        "kinds.conf",
        "a = 0\nb = -17\nc = 3.5\nd = TRUE\ne = false\nf = truth\ng = 12 monkeys\n",
        {"a": 0, "b": -17, "c": "3.5", "d": True, "e": False, "f": "truth", "g": "12 monkeys"},
    )


def test_only_the_first_separator_counts():
    check("formula.conf", "formula = a = b + c\nurl=x?y=1&z==\n", {"formula": "a = b + c", "url": "x?y=1&z=="})


def test_an_empty_value():
    check("blank.conf", "title =\nsubtitle=   \n", {"title": "", "subtitle": ""})


def test_spaces_do_not_matter():
    check("spaces.conf", "   key   =   many words   \n\t# = comment\nx=1\n", {"key": "many words", "x": 1})


def test_a_comment_behind_a_value_belongs_to_the_value():
    check("behind.conf", "colour = red # nice\n", {"colour": "red # nice"})


def test_many_settings():
    text = "\n".join(f"name{number} = {number}" for number in range(300))
    check("many.conf", text, {f"name{number}": number for number in range(300)})


def test_names_must_not_be_empty():
    check_error("noname.conf", "\n = 5\n", "line 2: expected name = value", 2)


def test_the_first_mistake_is_reported():
    check_error("first.conf", "oops\na = 1\na = 2\n", "line 1: expected name = value", 1)
    check_error("second.conf", "a = 1\na = 1\noops\n", "line 2: name used twice: a", 2)


def test_names_with_different_case_are_different():
    check("case.conf", "Name = 1\nname = 2\n", {"Name": 1, "name": 2})


def test_is_an_ordinary_exception():
    assert issubclass(starter.ConfigError, Exception)
    assert not issubclass(starter.ConfigError, (ValueError, OSError))
