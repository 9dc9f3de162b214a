import starter


def test_counts_calls():
    def add(a, b=1):
        return a + b

    counted = starter.count_calls(add)
    assert counted.calls == 0
    assert counted(2, b=5) == 7
    assert counted(2) == 3
    assert counted.calls == 2


def test_keeps_name_and_docstring():
    def greet():
        """Say hello."""

    counted = starter.count_calls(greet)
    assert counted.__name__ == "greet"
    assert counted.__doc__ == "Say hello."


def test_remembers_results():
    seen = []

    def square(number):
        seen.append(number)
        return number * number

    remembering = starter.remember(square)
    assert [remembering(3), remembering(4), remembering(3)] == [9, 16, 9]
    assert seen == [3, 4]


def test_remembers_none():
    seen = []
    remembering = starter.remember(lambda number: seen.append(number))
    assert remembering(1) is None
    assert remembering(1) is None
    assert seen == [1]


def test_an_error_counts_as_a_call():
    counted = starter.count_calls(int)
    try:
        counted("x")
    except ValueError:
        assert counted.calls == 1
        return
    raise AssertionError("the error should reach the caller")
