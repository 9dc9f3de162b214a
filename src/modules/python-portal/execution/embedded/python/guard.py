"""Says what the student's interpreter may ask of the tests' objects: what a function needs of its arguments, and no more.

The student's side sees only what the tests pass to his code. Of that it may call what can be called, use operators, and read
attributes without a leading underscore; that keeps `callback.__globals__`, frames and code objects, and so the tests and their
expected values, out of reach.
"""

import sys
import types

from . import mirrors

NAMES = frozenset(("__name__", "__qualname__", "__doc__", "__module__", "__annotations__"))
HIDDEN_TYPES = (types.ModuleType, types.FrameType, types.CodeType)
FUNCTION_TYPES = (types.FunctionType, types.MethodType, types.BuiltinFunctionType)


def check(operation, *operands):
    """Raises AttributeError or TypeError when the student's side may not do this."""
    if not RULES[operation](*operands):
        raise AttributeError(operands[1]) if operation == "get" else TypeError(f"the tests do not allow to {operation} this")


def _may_read(target, name):
    if type(name) is not str or isinstance(target, FUNCTION_TYPES):
        return name in NAMES
    if any(base.__module__ == "unittest.mock" for base in type(target).__mro__) and hasattr(type(target), name):
        return False  # configure_mock, for instance, could replace an assertion
    return not name.startswith("_")


def _may_change(target, name, *value):
    """Attributes that hold data, and only of objects whose classes the tests define."""
    kind = type(target)
    is_of_tests = getattr(sys.modules.get(kind.__module__), "_is_tests", False)
    return is_of_tests and _may_read(target, name) and not callable(getattr(kind, name, None))


RULES = {
    "export": lambda value: not isinstance(value, HIDDEN_TYPES),
    "readline": lambda: True,
    "get": _may_read,
    "set": _may_change,
    "delete": _may_change,
    "call": lambda target, arguments, named: callable(target),
    "operate": lambda target, name, arguments, named: name in mirrors.OPERATORS,
}
