import starter


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def test_adds_up_the_lines():
    assert starter.sum_file(write("three.txt", "1\n2\n3\n")) == 6


def test_skips_comments_and_blank_lines():
    assert starter.sum_file(write("rain.txt", "# millimetres\n2.5\n\n10\n")) == 12.5


def test_empty_file():
    assert starter.sum_file(write("empty.txt", "")) == 0


def test_names_the_line_that_is_wrong():
    path = write("wrong.txt", "1\n\nmany\n4\n")
    try:
        starter.sum_file(path)
    except ValueError as error:
        assert str(error).startswith("line 3: not a number"), f"the message was: {error}"
        return
    raise AssertionError("a line that is not a number should raise ValueError")


def test_missing_file():
    try:
        starter.sum_file("there_is_no_such_file.txt")
    except FileNotFoundError:
        return
    raise AssertionError("a missing file should raise FileNotFoundError")
