"""Turns values into JSON and back, for two interpreters that do not trust each other.

Plain data crosses by value: None, bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset, range, slice and the
values of VALUE_TYPES. So a receiver compares real data that has no behaviour of the sender's. Everything else stays where it is
and crosses as a handle, behind which the receiver puts a mirror (mirrors.py). No pickle, no marshal: what arrives can be hostile.

Lists, dicts, sets and bytearrays are numbered in each message, so that shared and circular references keep their shape, and an
answer can say that it returns, or has changed, the third list of the question.
"""

import builtins
import sys

from .host import Malformed

SCALARS = frozenset((type(None), bool, float, str))
INTEGERS = frozenset((int,))
CONTAINERS = frozenset((list, dict, set, bytearray))
BIG = 1 << 4096
SINGLETONS = {"...": ..., "NotImplemented": NotImplemented}

# (module, class) of immutable or copied values: how to take one apart into the arguments that make it again.
VALUE_TYPES = {
    ("decimal", "Decimal"): lambda value: (str(value),),
    ("fractions", "Fraction"): lambda value: (value.numerator, value.denominator),
    ("datetime", "date"): lambda value: (value.year, value.month, value.day),
    ("datetime", "time"): lambda value: (value.hour, value.minute, value.second, value.microsecond),
    ("datetime", "datetime"): lambda value: (*value.timetuple()[:6], value.microsecond),
    ("datetime", "timedelta"): lambda value: (value.days, value.seconds, value.microseconds),
    ("collections", "Counter"): lambda value: (dict(value),),
    ("collections", "OrderedDict"): lambda value: (list(value.items()),),
    ("collections", "deque"): lambda value: (list(value), value.maxlen),
    ("pathlib", "PosixPath"): lambda value: (str(value),),
    ("uuid", "UUID"): lambda value: (str(value),),
}


class Packer:
    """Packs the values of one message."""

    def __init__(self, objects, references=None):
        self._objects = objects
        self._references = dict(references or {})
        self.containers = []

    def pack(self, value):
        kind = type(value)
        if kind in SCALARS:
            return value
        if kind is int:
            return value if -BIG < value < BIG else ["int", hex(value)]
        if kind in CONTAINERS:
            return self._container(value)
        if kind is tuple or kind is frozenset:
            return [kind.__name__, self._items(value)]
        if kind is bytes:
            return ["bytes", value.hex()]
        if kind is complex:
            return ["complex", value.real, value.imag]
        if kind is range or kind is slice:
            return [kind.__name__, self.pack(value.start), self.pack(value.stop), self.pack(value.step)]
        for name, singleton in SINGLETONS.items():
            if value is singleton:
                return ["singleton", name]
        return self._objects.pack_object(value, self)

    def contents(self, container):
        """The items of a list, dict, set or bytearray, without its identity."""
        if type(container) is dict:
            return [[self.pack(key), self.pack(value)] for key, value in container.items()]
        if type(container) is bytearray:
            return container.hex()
        return self._items(container)

    def _items(self, items):
        """Many numbers or texts are the usual case, and packing them one by one would be slow."""
        kinds = frozenset(map(type, items))
        if kinds <= SCALARS or kinds == INTEGERS and -BIG < min(items) and max(items) < BIG:
            return list(items)
        return [self.pack(item) for item in items]

    def _container(self, value):
        reference = self._references.get(id(value))
        if reference is None:
            self._references[id(value)] = ["same", len(self.containers)]
            self.containers.append(value)
            return [type(value).__name__, self.contents(value)]
        return reference

    def pack_value(self, value):
        """A value of VALUE_TYPES taken apart, or None."""
        kind = type(value)
        take_apart = VALUE_TYPES.get((kind.__module__, kind.__qualname__))
        if take_apart is None or getattr(value, "tzinfo", None) is not None:
            return None
        return ["value", kind.__module__, kind.__qualname__, [self.pack(part) for part in take_apart(value)]]


class Unpacker:
    """Unpacks the values of one message. `sent` are the containers of the question that this message answers."""

    def __init__(self, objects, sent=()):
        self._objects = objects
        self._sent = sent
        self.containers = []

    def unpack(self, packed):
        if type(packed) is not list:
            return packed
        try:
            return READERS[packed[0]](self, *packed[1:])
        except (TypeError, ValueError, IndexError, KeyError) as error:
            raise Malformed(f"malformed value: {error}") from None

    def fill(self, container, contents):
        """Gives a container the contents that the other side says it has now."""
        if type(container) is bytearray:
            container[:] = bytes.fromhex(contents)
        elif type(container) is list:
            container[:] = self._items(contents)
        else:
            items = [self._items(item) for item in contents] if type(container) is dict else self._items(contents)
            container.clear()
            container.update(items)

    def unpack_values(self, packed):
        return {name: self.unpack(value) for name, value in packed.items()}

    def _items(self, items):
        return [self.unpack(item) for item in items] if list in map(type, items) else items

    def _new(self, container, contents):
        self.containers.append(container)
        self.fill(container, contents)
        return container

    def _list(self, contents):
        return self._new([], contents)

    def _dict(self, contents):
        return self._new({}, contents)

    def _set(self, contents):
        return self._new(set(), contents)

    def _bytearray(self, contents):
        return self._new(bytearray(), contents)

    def _same(self, number):
        return self.containers[number]

    def _of_question(self, number):
        return self._sent[number]

    def _tuple(self, items):
        return tuple(self._items(items))

    def _frozenset(self, items):
        return frozenset(self._items(items))

    def _bytes(self, text):
        return bytes.fromhex(text)

    def _int(self, text):
        return int(text, 16)

    def _complex(self, real, imag):
        return complex(real, imag)

    def _range(self, *parts):
        return range(*map(self.unpack, parts))

    def _slice(self, *parts):
        return slice(*map(self.unpack, parts))

    def _singleton(self, name):
        return SINGLETONS[name]

    def _value(self, module, name, parts):
        if (module, name) not in VALUE_TYPES:
            raise Malformed(f"unknown value {module}.{name}")
        make = getattr(__import__(module), name)
        return make(*[self.unpack(part) for part in parts])

    def _type(self, *candidates):
        return known_type(candidates)

    def _builtin(self, name):
        return self._objects.unpack_builtin(name)

    def _exception(self, *parts):
        return self._objects.unpack_exception(self, *parts)

    def _class(self, *parts):
        return self._objects.unpack_class(self, *parts)

    def _theirs(self, *parts):
        return self._objects.unpack_object(self, *parts)

    def _yours(self, handle):
        return self._objects.exported(handle)


READERS = {
    "list": Unpacker._list,
    "dict": Unpacker._dict,
    "set": Unpacker._set,
    "bytearray": Unpacker._bytearray,
    "same": Unpacker._same,
    "sent": Unpacker._of_question,
    "tuple": Unpacker._tuple,
    "frozenset": Unpacker._frozenset,
    "bytes": Unpacker._bytes,
    "int": Unpacker._int,
    "complex": Unpacker._complex,
    "range": Unpacker._range,
    "slice": Unpacker._slice,
    "singleton": Unpacker._singleton,
    "value": Unpacker._value,
    "type": Unpacker._type,
    "builtin": Unpacker._builtin,
    "exception": Unpacker._exception,
    "class": Unpacker._class,
    "theirs": Unpacker._theirs,
    "yours": Unpacker._yours,
}


def type_names(kind):
    """Where the receiver may find the same built-in class or library exception, nearest first; None for other classes."""
    if kind.__module__ == "builtins":
        return [["builtins", kind.__qualname__]] if getattr(builtins, kind.__qualname__, None) is kind else None
    if issubclass(kind, BaseException) and kind.__module__.partition(".")[0] in sys.stdlib_module_names:
        return [[base.__module__, base.__qualname__] for base in kind.__mro__]
    return None


def known_type(candidates):
    for module, name in candidates:
        if module.partition(".")[0] not in sys.stdlib_module_names:
            continue
        found = getattr(sys.modules.get(module), name, None)
        if isinstance(found, type) and (module == "builtins" or issubclass(found, BaseException)):
            return found
    raise Malformed("unknown type")
