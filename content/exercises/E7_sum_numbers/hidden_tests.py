import starter


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def check(path, text, expected):
    total = starter.sum_file(write(path, text))
    assert type(total) in (int, float)
    assert total == expected


def message_for(path, text):
    """The message of the ValueError, or None if there was none."""
    try:
        starter.sum_file(write(path, text))
    except ValueError as error:
        return str(error)
    return None


def test_many_numbers():
    check("many.txt", "\n".join(str(number) for number in range(1, 1001)), 500500)


def test_negative_numbers_and_fractions():
    check("mixed.txt", "-2.5\n0.25\n  8  \n", 5.75)


def test_only_comments():
    check("comments.txt", "# one\n   # 2\n\n#3", 0)


def test_the_file_is_read_again():
    check("again.txt", "1\n", 1)
    check("again.txt", "2\n5\n", 7)


def test_skipped_lines_count():
    assert message_for("late.txt", "# a\n# b\n\n1\noops\n").startswith("line 5: not a number")


def test_a_mistake_in_the_first_line():
    assert message_for("first.txt", "x1\n2\n").startswith("line 1: not a number")


def test_a_comment_behind_a_number_is_a_mistake():
    assert message_for("behind.txt", "1\n2 # two\n").startswith("line 2: not a number")
