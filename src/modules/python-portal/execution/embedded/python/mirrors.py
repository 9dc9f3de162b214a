"""Stand-ins for objects that live in the other interpreter: what is done to a mirror is asked of the original.

A class gets a mirror class with the same name, the mirrored bases and only those special methods that the original has, so that
isinstance, except clauses and operators work as they do with the original. Behaviour always runs in the other interpreter.

Operators with an operand of ours would show the other side a value and believe its verdict, and a student's function could
return an object that calls itself equal to anything. So between an object of theirs and plain data of ours:

* Objects of list, int and other plain classes' subclasses are compared by their contents, here.
* Other comparisons can only say "not equal", which is what any two things of different kinds are. Another verdict is an error.
* `in` and arithmetic are asked if the tests have named the class (`starter.Vector`, with a capital: a student who writes a class
  where a function is asked for does not get it trusted). Else `in` looks through the items here, and there is no arithmetic.
"""

import operator
import types

HANDLE = "_remote_handle"

QUESTIONS = frozenset(
    f"__{name}__"
    for name in (
        "len iter next getitem setitem delitem enter exit bool int float index complex str repr format bytes hash neg pos abs "
        "invert round trunc floor ceil reversed length_hint"
    ).split()
)
ARITHMETIC = "add sub mul matmul truediv floordiv mod divmod pow lshift rshift and or xor".split()
COMPARISONS = {f"__{name}__": getattr(operator, name) for name in "eq ne lt le gt ge".split()}
CALCULATIONS = frozenset(
    f"__{name}__"
    for name in (
        *ARITHMETIC,
        *("r" + name for name in ARITHMETIC),
        *("i" + name for name in ARITHMETIC if name != "divmod"),
    )
)
OPERATORS = QUESTIONS | CALCULATIONS | {*COMPARISONS, "__call__", "__contains__", "__dir__"}

# Built-in types that the mirrors of their instances claim to be, for the sake of isinstance and inspect.
CLAIMED = {
    "function": types.FunctionType,
    "method": types.MethodType,
    "builtin_function_or_method": types.BuiltinFunctionType,
    "generator": types.GeneratorType,
    "module": types.ModuleType,
    "map": map,
    "filter": filter,
    "zip": zip,
    "enumerate": enumerate,
    "reversed": reversed,
}

peer = None  # the bridge.Peer of this interpreter


def handle_of(mirror):
    return object.__getattribute__(mirror, HANDLE)


class MirrorType(type):
    """The class of mirror classes: makes, reads and changes the original class."""

    def __new__(meta, name, bases, namespace, original=False):
        if not original:
            raise TypeError("tests cannot make a subclass of a class of starter.py: it lives in another interpreter")
        return super().__new__(meta, name, bases, namespace)

    def __init__(cls, name, bases, namespace, original=False):
        super().__init__(name, bases, namespace)

    def __call__(cls, *args, **kwargs):
        return peer.request("call", cls, args, kwargs)

    def __getattr__(cls, name):
        return peer.attribute(cls, name)

    def __setattr__(cls, name, value):
        peer.request("set", cls, name, value)

    def __delattr__(cls, name):
        peer.request("delete", cls, name)

    def __bool__(cls):
        return True

    def __iter__(cls):
        return peer.request("operate", cls, "__iter__", (), {})

    def __len__(cls):
        return peer.request("operate", cls, "__len__", (), {})

    def __getitem__(cls, key):
        return peer.request("operate", cls, "__getitem__", (key,), {})

    def __contains__(cls, item):
        return peer.request("operate", cls, "__contains__", (item,), {})

    __doc__ = property(lambda cls: peer.request("get", cls, "__doc__"))
    __annotations__ = property(lambda cls: peer.request("get", cls, "__annotations__"))


class Mirror(metaclass=MirrorType, original=True):
    __slots__ = (HANDLE,)

    def __getattr__(self, name):
        return peer.attribute(self, name)

    def __setattr__(self, name, value):
        peer.request("set", self, name, value)

    def __delattr__(self, name):
        peer.request("delete", self, name)

    def __dir__(self):
        return peer.request("operate", self, "__dir__", (), {})

    def __reduce_ex__(self, protocol):
        raise TypeError("an object of starter.py cannot be copied: it lives in another interpreter")


def mirror_class(name, module, bases, operators):
    """Makes the mirror of a class; bases that are neither mirrors nor exceptions are left out."""
    bases = tuple(base for base in bases if type(base) is MirrorType or issubclass(base, BaseException))
    namespace = {"__module__": module, "__qualname__": name}
    namespace.update((operator, _forward(operator)) for operator in operators if operator in OPERATORS)
    if any(issubclass(base, BaseException) for base in bases):
        namespace["__getattr__"] = _exception_attribute
    else:
        namespace["__slots__"] = ()
        namespace["__doc__"] = property(lambda self: peer.request("get", self, "__doc__"))
        bases = bases or (Mirror,)
        if module == "builtins" and name in CLAIMED:
            claimed = CLAIMED[name]
            namespace["__class__"] = property(lambda self: claimed)
            if claimed is types.FunctionType:
                namespace["__get__"] = lambda self, owner, kind=None: self if owner is None else types.MethodType(self, owner)
    return MirrorType(name, bases, namespace, original=True)


def mirror_object(kind, handle):
    mirror = object.__new__(kind)
    object.__setattr__(mirror, HANDLE, handle)
    return mirror


def is_mirror(value):
    return type(type(value)) is MirrorType


def _exception_attribute(error, name):
    if HANDLE not in error.__dict__:
        raise AttributeError(name)
    return peer.attribute(error, name)


def _forward(operator):
    if operator == "__call__":
        return lambda self, /, *args, **kwargs: peer.request("call", self, args, kwargs)
    if operator == "__contains__":
        return _contains
    if operator in COMPARISONS:
        return lambda self, other: _compare(operator, self, other)
    if operator in CALCULATIONS:
        return lambda self, *operands: (
            _ask(operator, self, *operands) if peer.objects.trusts(self, operands[0]) else NotImplemented
        )
    return lambda self, *args, **kwargs: peer.request("operate", self, operator, args, kwargs)


def _ask(operator, self, *operands):
    return peer.request("operate", self, operator, operands, {})


def _compare(operator, self, other):
    if peer.objects.is_trusting or is_mirror(other):
        return _ask(operator, self, other)
    if peer.objects.has_plain_view(self):
        return COMPARISONS[operator](peer.request("view", self), other)
    if not peer.objects.trusts(self, other):
        return NotImplemented
    verdict = _ask(operator, self, other)
    if verdict is NotImplemented or operator == "__eq__" and verdict is False or operator == "__ne__" and verdict is True:
        return verdict
    name = type(self).__name__
    raise TypeError(f"{name}.{operator} says {verdict!r} of plain data, and the tests must not believe it: compare attributes")


def _contains(self, item):
    if peer.objects.trusts(self, item):
        return _ask("__contains__", self, item)
    return any(other is item or other == item for other in iter(self))
