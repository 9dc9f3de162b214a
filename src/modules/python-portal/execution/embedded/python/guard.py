"""Says what the student's interpreter may ask of the tests' objects: what a function needs of its arguments, and no more.

The student's side sees only what the tests pass to his code. Of that it may call what can be called, use operators, and read
attributes without a leading underscore; that keeps `callback.__globals__`, frames and code objects, and so the tests and their
expected values, out of reach. With an object he also gets its class, without being given it: of classes he may call those that the
tests wrote and plain data types. Others make things that look inside for him (`operator.attrgetter`) or that are equal to
everything (`unittest.mock.MagicMock`).
"""

import sys
import types

from . import mirrors

NAMES = frozenset(("__name__", "__qualname__", "__doc__", "__module__", "__annotations__"))
HIDDEN_TYPES = (types.ModuleType, types.FrameType, types.CodeType)
FUNCTION_TYPES = (types.FunctionType, types.MethodType, types.BuiltinFunctionType, types.MethodDescriptorType)
FACTORY_MODULES = frozenset(("array", "collections", "datetime", "decimal", "fractions", "uuid"))
FORMATTERS = frozenset(("format", "format_map"))


def check(operation, *operands):
    """Raises AttributeError or TypeError when the student's side may not do this."""
    if not RULES[operation](*operands):
        raise AttributeError(operands[1]) if operation == "get" else TypeError(f"the tests do not allow to {operation} this")


def _may_read(target, name):
    if type(name) is not str or isinstance(target, FUNCTION_TYPES):
        return name in NAMES
    if isinstance(target, type):
        return name in NAMES or not name.startswith("_") and _may_read_of_class(target, name)
    if _is_of_unittest(type(target)) and hasattr(type(target), name):
        return False  # configure_mock, for instance, could replace an assertion
    if isinstance(target, str) and name in FORMATTERS:
        return False  # "{0.__globals__}"
    return not name.startswith("_")


def _may_read_of_class(kind, name):
    """A method of a built-in class would take any first argument: str.format, for instance, a text of the student's."""
    owner = next((base for base in kind.__mro__ if name in vars(base)), None)
    return owner is not None and owner.__module__ != "builtins" and not _is_of_unittest(kind)


def _may_change(target, name, *value):
    """Attributes that hold data, and only of objects whose classes the tests define."""
    kind = type(target)
    return _is_of_tests(kind) and _may_read(target, name) and not callable(getattr(kind, name, None))


def _may_call(target, arguments, named):
    if not isinstance(target, type):
        return callable(target)
    is_harmless = not issubclass(target, type) and not _is_of_unittest(target)
    return is_harmless and (_is_of_tests(target) or target.__module__ in FACTORY_MODULES)


def _is_of_tests(kind):
    return getattr(sys.modules.get(kind.__module__), "_is_tests", False)


def _is_of_unittest(kind):
    return any(str(base.__module__).startswith("unittest") for base in kind.__mro__)


def _may_operate(target, name, arguments, named):
    return _may_call(target, arguments, named) if name == "__call__" else name in mirrors.OPERATORS


RULES = {
    "export": lambda value: not isinstance(value, HIDDEN_TYPES),
    "readline": lambda: True,
    "get": _may_read,
    "set": _may_change,
    "delete": _may_change,
    "call": _may_call,
    "operate": _may_operate,
}
