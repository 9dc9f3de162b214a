import starter


def test_counters_are_independent():
    first, second = starter.count_calls(len), starter.count_calls(len)
    for length in range(10):
        result = first("x" * length)
        assert type(result) is int and result == length
        assert first.calls == length + 1
    assert second.calls == 0


def test_passes_on_all_kinds_of_arguments():
    def collect(*args, **kwargs):
        return args, kwargs

    counted = starter.count_calls(collect)
    assert counted() == ((), {})
    assert counted(1, "two", three=3, four=[4]) == ((1, "two"), {"three": 3, "four": [4]})
    assert counted(function=1, args=2) == ((), {"function": 1, "args": 2})
    assert counted.calls == 3


def test_counts_recursive_calls():
    @starter.count_calls
    def sum_to(number):
        return number + sum_to(number - 1) if number else 0

    assert sum_to(10) == 55
    assert sum_to.calls == 11


def test_remember_keeps_name_and_docstring():
    @starter.remember
    def cube(number):
        """The third power."""
        return number**3

    assert (cube.__name__, cube.__doc__) == ("cube", "The third power.")
    assert [cube(number) for number in range(6)] == [0, 1, 8, 27, 64, 125]


def test_remember_looks_at_all_arguments():
    seen = []

    @starter.remember
    def join(*parts):
        seen.append(parts)
        return "-".join(parts)

    assert [join("a", "b"), join("b", "a"), join("a", "b"), join(), join()] == ["a-b", "b-a", "a-b", "", ""]
    assert seen == [("a", "b"), ("b", "a"), ()]


def test_remembered_results_are_not_shared():
    plus = starter.remember(lambda number: number + 1)
    times = starter.remember(lambda number: number * 10)
    assert [plus(5), times(5), plus(5), times(5)] == [6, 50, 6, 50]


def test_errors_are_not_remembered():
    answers = [None, "at last"]

    @starter.remember
    def ask(question):
        answer = answers.pop(0)
        if answer is None:
            raise LookupError(question)
        return answer

    try:
        ask("why?")
    except LookupError as error:
        assert error.args == ("why?",)
    else:
        raise AssertionError("the error should reach the caller")
    assert ask("why?") == "at last"
    assert ask("why?") == "at last"


def test_remember_makes_slow_recursion_quick():
    runs = []

    @starter.remember
    def ways(steps):
        runs.append(steps)
        return 1 if steps < 2 else ways(steps - 1) + ways(steps - 2)

    assert ways(30) == 1346269
    assert len(runs) == 31


def test_both_together():
    counted = starter.count_calls(abs)
    remembering = starter.remember(counted)
    assert [remembering(number) for number in (-1, 1, -1, 1, -1)] == [1, 1, 1, 1, 1]
    assert counted.calls == 2
