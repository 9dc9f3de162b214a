"""What crosses between two interpreters as a handle: objects, classes, exceptions. For each there is one mirror."""

import builtins
from types import BuiltinFunctionType, TracebackType

from . import faults, mirrors
from .host import Malformed
from .packing import known_type, type_names

# How to see an object of a subclass of a plain class as one of that class, whatever its own methods say.
PLAIN_VIEWS = {
    str: str.__str__,
    bytes: bytes.__bytes__,
    int: int.__int__,
    float: float.__float__,
    tuple: lambda value: tuple(tuple.__iter__(value)),
    list: lambda value: list(list.__iter__(value)),
    dict: lambda value: dict(dict.items(value)),
    frozenset: lambda value: frozenset(frozenset.__iter__(value)),
    set: lambda value: set(set.__iter__(value)),
}


class Objects:
    """One side's exports and mirrors. `guard` says what may leave; `is_trusting` whether all verdicts of the other side count."""

    def __init__(self, guard, is_trusting):
        self.is_trusting = is_trusting
        self._guard = guard
        self._exports = {}  # handle: object; never released, a run is short
        self._handles = {}  # id of an exported object: handle
        self._mirrors = {}  # handle: mirror, class or exception
        self._class_handles = {}  # mirror class: handle
        self._described = set()
        self._kept = set()  # mirror classes that our side has asked for: their objects stay mirrors
        self.class_names = frozenset()  # names of classes in the text of the tests
        self._named = set()  # mirror classes that our side has asked for by such a name
        self._viewable = set()  # handles of objects whose class is a subclass of a plain one

    def trusts(self, mirror, operand):
        """Whether the other side may judge: if all is theirs, or if we have asked for the class of the mirror by its name."""
        return self.is_trusting or type(mirror) in self._named or mirrors.is_mirror(operand)

    def has_plain_view(self, mirror):
        return mirrors.handle_of(mirror) in self._viewable

    def note(self, name, value):
        """Remembers a class that our side has asked for by its name."""
        if type(value) is mirrors.MirrorType:
            self._kept.add(value)
            if name in self.class_names:
                self._named.add(value)

    def pack_object(self, value, packer):
        kind = type(value)
        if mirrors.is_mirror(value) and not isinstance(value, BaseException):
            return ["yours", mirrors.handle_of(value)]
        if kind is mirrors.MirrorType:
            return ["yours", self._class_handles[value]]
        if isinstance(value, BaseException):
            return self._pack_exception(value, packer)
        if isinstance(value, type):
            return self._pack_class(value)
        if isinstance(value, TracebackType):  # what __exit__ is given; the frames behind it stay here
            return None
        packed = packer.pack_value(value)
        if packed is not None:
            return packed
        if self._guard is not None:
            if kind is BuiltinFunctionType and getattr(builtins, value.__name__, None) is value:
                return ["builtin", value.__name__]
            self._guard("export", value)
        packed = ["theirs", self._export(value), self._describe_class(kind)]
        view = plain_view(value)
        if view is None:
            return packed
        fields = getattr(kind, "_fields", None) if isinstance(value, tuple) else None
        return [*packed, packer.pack(view), list(fields) if fields else None]

    def _pack_exception(self, error, packer):
        if mirrors.HANDLE in error.__dict__:
            return ["yours", error.__dict__[mirrors.HANDLE]]
        kind = self._pack_class(type(error))
        handle = self._export(error) if kind[0] == "class" else None
        arguments = [packer.pack(argument) for argument in error.args]
        cause = packer.pack(error.__cause__)
        return ["exception", kind, arguments, faults.message_of(error), handle, faults.line_of(error), cause]

    def unpack_object(self, unpacker, handle, packed_class, plain=None, fields=None):
        kind = self._unpack_type(unpacker, packed_class)
        value = unpacker.unpack(plain)
        if plain is not None and not self.is_trusting and kind not in self._kept:
            return _named_tuple(kind.__name__, fields, value) if fields else value
        if plain is not None:
            self._viewable.add(handle)
        if type(kind) is not mirrors.MirrorType or issubclass(kind, BaseException):
            raise Malformed("not a mirror")
        if handle not in self._mirrors:
            self._mirrors[handle] = mirrors.mirror_object(kind, handle)
        return self._mirrors[handle]

    def unpack_exception(self, unpacker, packed_class, arguments, text, handle, line, cause):
        kind = self._unpack_type(unpacker, packed_class)
        arguments = [unpacker.unpack(argument) for argument in arguments]
        cause = unpacker.unpack(cause)
        if handle in self._mirrors:
            return self._mirrors[handle]
        if not issubclass(kind, BaseException):
            raise Malformed("not an exception")
        # These steer a test run: raised by the student they are errors like any other.
        if any(base is KeyboardInterrupt or base.__module__.startswith("unittest") for base in kind.__mro__):
            kind, arguments, handle = RuntimeError, [kind.__name__], None
        try:
            error = kind(*arguments) if handle is None else kind.__new__(kind, *arguments)
        except Exception:
            error = RuntimeError(text)
        error.__dict__["_starter_line"] = line if type(line) is int else None
        error.__cause__ = cause
        if handle is not None:
            error.__dict__[mirrors.HANDLE] = handle
            self._mirrors[handle] = error
        return error

    def unpack_class(self, unpacker, handle, *description):
        if handle not in self._mirrors:
            name, module, bases, operators = description
            if not all(type(text) is str for text in (name, module, *operators)):
                raise Malformed("not a class")
            bases = [self._unpack_type(unpacker, base) for base in bases]
            self._mirrors[handle] = mirror = mirrors.mirror_class(name, module, bases, operators)
            self._class_handles[mirror] = handle
        mirror = self._mirrors[handle]
        if type(mirror) is not mirrors.MirrorType:
            raise Malformed("not a class")
        return mirror

    def unpack_builtin(self, name):
        """A function that every interpreter has. Ours is never handed out by theirs: it could be exec."""
        if not self.is_trusting:
            raise Malformed("a built-in function")
        return getattr(builtins, name)

    def exported(self, handle):
        return self._exports[handle]

    def _unpack_type(self, unpacker, packed):
        if packed[0] == "class":
            return self.unpack_class(unpacker, *packed[1:])
        return known_type(packed[1:]) if packed[0] == "type" else self.exported(packed[1])

    def _pack_class(self, kind):
        if type(kind) is mirrors.MirrorType:
            return ["yours", self._class_handles[kind]]
        names = type_names(kind)
        return self._describe_class(kind) if names is None else ["type", *names]

    def _describe_class(self, kind):
        handle = self._export(kind)
        if handle in self._described:
            return ["class", handle]
        self._described.add(handle)
        bases = [self._pack_class(base) for base in kind.__bases__]
        return ["class", handle, str(kind.__name__), str(kind.__module__), bases, _operators(kind)]

    def _export(self, value):
        handle = self._handles.get(id(value))
        if handle is None:
            handle = self._handles[id(value)] = len(self._exports)
            self._exports[handle] = value
        return handle


def plain_view(value):
    """The contents of an object whose class is a subclass of a plain class, else None."""
    for base, view in PLAIN_VIEWS.items():
        if isinstance(value, base):
            return view(value)
    return None


def _operators(kind):
    """The special methods of a class, without those that every object or every exception has."""
    owners = [base for base in kind.__mro__ if base is not object]
    if issubclass(kind, BaseException):
        owners = [base for base in owners if base.__module__ != "builtins"]
    defined = {name for owner in owners for name, value in vars(owner).items() if value is not None}
    return sorted(defined & mirrors.OPERATORS)


def _named_tuple(name, fields, values):
    from collections import namedtuple

    return namedtuple(name, fields)(*values)
