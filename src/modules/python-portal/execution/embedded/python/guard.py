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
    if isinstance(target, FUNCTION_TYPES):
        return name in NAMES
    return type(name) is str and not name.startswith("_")


def _may_change(target, name, *value):
    """Only objects of classes that the tests define: not, for instance, the assertions of a mock."""
    module = sys.modules.get(type(target).__module__)
    return _may_read(target, name) and getattr(module, "_is_tests", False) and not isinstance(target, type)


RULES = {
    "export": lambda value: not isinstance(value, HIDDEN_TYPES),
    "readline": lambda: True,
    "get": _may_read,
    "set": _may_change,
    "delete": _may_change,
    "call": lambda target, arguments, named: callable(target),
    "operate": lambda target, name, arguments, named: name in mirrors.OPERATORS,
}
