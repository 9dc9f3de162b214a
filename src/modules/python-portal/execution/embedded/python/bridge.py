"""Lets two interpreters use each other's objects while each waits for the other, over a line that the host carries.

A message is either a question [operation, replaced built-ins, operands] or ["answer", "ok" | "raise", value, changes]. Strictly
one side talks at a time. While one waits for an answer it may be asked something itself (a callback), so questions nest.
"""

import builtins
import sys
from operator import is_
from types import TracebackType

from . import faults, host, mirrors
from .host import Malformed
from .packing import Packer, Unpacker, known_type, type_names

# Built-ins that tests like to replace (unittest.mock.patch); the other side then uses the replacement during the question.
REPLACEABLE = ("input", "print", "open")
ORIGINAL = {name: getattr(builtins, name) for name in REPLACEABLE}

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


class Gone(BaseException):
    """The other interpreter has ended."""


class Peer:
    """One end. `guard` says what the other side may ask of our objects; `trusted` whether we believe all of its verdicts."""

    def __init__(self, operations, guard=None, trusted=False):
        self._operations = operations
        self._guard = guard
        self._trusted = trusted
        self._exports = {}  # handle: object; never released, a run is short
        self._handles = {}  # id of an exported object: handle
        self._mirrors = {}  # handle: mirror, class or exception
        self._class_handles = {}  # mirror class: handle
        self._described = set()
        self._named = set()
        self.is_gone = False
        mirrors.peer = self

    def trusts(self, mirror, operand):
        """Whether the other side may judge: if all is theirs, or if we have asked for the class of the mirror by its name."""
        return self._trusted or type(mirror) in self._named or type(type(operand)) is mirrors.MirrorType

    def request(self, operation, *operands):
        """Asks the other side and returns its answer, or raises what it raised. Changes of our containers are applied."""
        packer = Packer(self)
        packed = [packer.pack(operand) for operand in operands]
        replaced = {
            name: packer.pack(getattr(builtins, name))
            for name in REPLACEABLE
            if getattr(builtins, name) is not ORIGINAL[name]
        }
        host.send("P", host.to_json([operation, replaced, packed]))
        _, outcome, value, changes = self._answer()
        unpacker = Unpacker(self, packer.containers)
        value = unpacker.unpack(value)
        for number, contents in changes:
            unpacker.fill(packer.containers[number], contents)
        if outcome == "raise":
            raise value if isinstance(value, BaseException) else Malformed("not an exception")
        return value

    def serve(self):
        """Answers questions until the host ends this interpreter."""
        while True:
            self._serve(host.receive()[1])

    def _answer(self):
        while not self.is_gone:
            letter, message = host.receive()
            if letter == "O":
                for stream, text in zip((sys.stdout, sys.stderr), message):
                    stream.write(text)
            elif letter == "G":
                self.is_gone = message
            elif type(message) is not list or not message:
                raise Malformed("not a message")
            elif message[0] == "answer":
                return message
            else:
                self._serve(message)
        raise Gone(self.is_gone)

    def _serve(self, message):
        unpacker = Unpacker(self)
        before = []
        try:
            operation, replaced, operands = message
            operands = [unpacker.unpack(operand) for operand in operands]
            before = [(container, _snapshot(container)) for container in unpacker.containers]
            if self._guard is not None:
                self._guard(operation, *operands)
            if self._trusted:
                vars(builtins).update((name, unpacker.unpack(value)) for name, value in replaced.items())
            outcome, value = "ok", self._operations[operation](*operands)
        except BaseException as error:
            outcome, value = "raise", error
        if self._trusted:
            vars(builtins).update(ORIGINAL)
        host.send("P", self._packed_answer(outcome, value, before))

    def _packed_answer(self, outcome, value, before):
        references = {id(container): ["sent", number] for number, (container, _) in enumerate(before)}
        try:
            packer = Packer(self, references)
            packed = packer.pack(value)
            changes = [
                [number, packer.contents(container)]
                for number, (container, snapshot) in enumerate(before)
                if _has_changed(container, snapshot)
            ]
            return host.to_json(["answer", outcome, packed, changes])
        except (TypeError, ValueError, RecursionError, MemoryError, RuntimeError, AttributeError) as error:
            failure = TypeError(f"the value cannot be shown to the tests: {type(error).__name__}: {error}")
            return host.to_json(["answer", "raise", Packer(self).pack(failure), []])

    # What Packer and Unpacker ask for

    def pack_object(self, value, packer):
        kind = type(value)
        if type(kind) is mirrors.MirrorType and not isinstance(value, BaseException):
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
            self._guard("export", value)
        packed = ["theirs", self._export(value), self._describe_class(kind)]
        for base, view in PLAIN_VIEWS.items():
            if isinstance(value, base):
                fields = getattr(kind, "_fields", None) if base is tuple else None
                return [*packed, packer.pack(view(value)), list(fields) if fields else None]
        return packed

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
        if plain is not None and not self._trusted and kind not in self._named:
            return _named_tuple(kind.__name__, fields, value) if fields else value
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
        if issubclass(kind, KeyboardInterrupt) or kind.__module__.startswith("unittest"):
            kind, arguments = RuntimeError, [kind.__name__]
        try:
            error = kind(*arguments) if handle is None else kind.__new__(kind, *arguments)
        except Exception:
            error = RuntimeError(text)
        error.__dict__["_starter_line"] = line
        error.__cause__ = cause
        if handle is not None:
            error.__dict__[mirrors.HANDLE] = handle
            self._mirrors[handle] = error
        return error

    def unpack_class(self, unpacker, handle, *description, is_named=True):
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
        if is_named:
            self._named.add(mirror)
        return mirror

    def exported(self, handle):
        return self._exports[handle]

    def _unpack_type(self, unpacker, packed):
        if packed[0] == "class":
            return self.unpack_class(unpacker, *packed[1:], is_named=False)
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


def _operators(kind):
    """The special methods of a class, without those that every object or every exception has."""
    owners = [base for base in kind.__mro__ if base is not object]
    if issubclass(kind, BaseException):
        owners = [base for base in owners if base.__module__ != "builtins"]
    defined = {name for owner in owners for name, value in vars(owner).items() if value is not None}
    return sorted(defined & mirrors.OPERATORS)


def _snapshot(container):
    return list(container.items()) if type(container) is dict else container.copy()


def _has_changed(container, snapshot):
    """Compares by identity: a nested container is looked at by itself, and == would run the student's code."""
    if type(container) is list:
        return len(container) != len(snapshot) or not all(map(is_, container, snapshot))
    if type(container) is dict:
        return len(container) != len(snapshot) or not all(
            key is old_key and value is old_value
            for (key, value), (old_key, old_value) in zip(container.items(), snapshot)
        )
    return container != snapshot


def _named_tuple(name, fields, values):
    from collections import namedtuple

    return namedtuple(name, fields)(*values)
