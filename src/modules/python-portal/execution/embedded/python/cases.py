"""Runs the cases of one file of tests in their order."""

import sys
import types

from .collect import COMPARE, EQUALITY_METHODS
from .mirrors import is_mirror
from .names import IMPORT_STAR
from .program import as_module
from .verdict import end, outcome

SUSPENDED = (types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType)


def run_file(file, reporter):
    module = as_module("__main__" if file.is_script else "tests")
    module.__file__ = file.path
    module._is_tests = True
    module.__dict__[COMPARE] = _comparing(reporter)
    module.__dict__[IMPORT_STAR] = lambda: _import_star(file, module)
    if file.is_script:
        _run_script(file, module, reporter)
    else:
        _run_named(file, module, reporter)
    reporter.flush()


def _import_star(file, module):
    import starter

    missing = object()
    found = ((name, getattr(starter, name, missing)) for name in file.star_names)
    module.__dict__.update((name, value) for name, value in found if value is not missing)


def _comparing(reporter):
    def compare(left, right, is_equality):
        result = left == right if is_equality else left is right
        reporter.pair = None if result else (left, right)
        return result

    return compare


def _run_script(file, module, reporter):
    failure = None
    for name, code in file.steps:
        if name is None:
            if failure is None:
                failure = outcome(exec, code, module.__dict__)
        else:
            reporter.begin(name)
            error = outcome(exec, code, module.__dict__) if failure is None else failure
            end(reporter, name, error, is_set_up=error is failure)


def _run_named(file, module, reporter):
    failure = outcome(exec, file.module_code(), module.__dict__)
    if "unittest" in sys.modules:
        _watch_equality(sys.modules["unittest"].TestCase, reporter)
    done = set()
    for name in file.names:
        owner, _, method = name.rpartition(".")
        if failure is None and owner:
            if owner not in done:
                done.add(owner)
                _run_class(module, owner, [n for n in file.names if n.startswith(owner + ".")], reporter)
        else:
            reporter.begin(name)
            error = outcome(_call_function, module, name) if failure is None else failure
            end(reporter, name, error, is_set_up=failure is not None)


def _run_class(module, owner, names, reporter):
    from unittest import TestCase, TestSuite

    from .unittest_result import Result

    kind = getattr(module, owner, None)
    if not (isinstance(kind, type) and issubclass(kind, TestCase)):
        for name in names:
            reporter.begin(name)
            reporter.end(name, "error", message=f"{owner} is not a unittest.TestCase")
        return
    result = Result(owner, reporter)
    error = outcome(TestSuite([kind(name.rpartition(".")[2]) for name in names]).run, result)
    for name in names:
        if name not in result.ended:
            reporter.begin(name)
            end(reporter, name, result.set_up_error or error or RuntimeError("the test did not end"), is_set_up=True)


def _call_function(module, name):
    result = getattr(module, name)()
    if isinstance(result, SUSPENDED):
        raise TypeError(f"{name} is asynchronous or a generator, so it did not run")


def _watch_equality(test_case, reporter):
    """Has the equality methods of unittest remember both values."""
    for name in EQUALITY_METHODS:
        original = getattr(test_case, name)
        if not hasattr(original, "_watched"):
            setattr(test_case, name, _watched(original))
    test_case._reporter = reporter


def _watched(original):
    def method(self, first, second, *arguments, **named):
        self._reporter.pair = (first, second)
        if original.__name__ == "assertAlmostEqual" and is_mirror(first) != is_mirror(second):
            raise AssertionError("this is no number: an object of starter.py calculates with numbers as it likes")
        original(self, first, second, *arguments, **named)
        self._reporter.pair = None

    method._watched = True
    return method
