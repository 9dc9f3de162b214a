"""Lets two interpreters use each other's objects while each waits for the other, over a line that the host carries.

A message is either a question [operation, replaced built-ins, operands] or ["answer", "ok" | "raise", value, changes]. Strictly
one side talks at a time. While one waits for an answer it may be asked something itself (a callback), so questions nest.
"""

import builtins
import sys
from operator import is_

from . import host, mirrors
from .host import Malformed
from .objects import Objects
from .packing import Packer, Unpacker

# Built-ins that tests like to replace (unittest.mock.patch); the other side then uses the replacement during the question.
REPLACEABLE = ("input", "print", "open")
ORIGINAL = {name: getattr(builtins, name) for name in REPLACEABLE}


def replaced_builtins():
    return {name: getattr(builtins, name) for name in REPLACEABLE if getattr(builtins, name) is not ORIGINAL[name]}


class Gone(BaseException):
    """The other interpreter has ended."""


class Peer:
    """One end. `guard` says what the other side may ask of our objects; `is_trusting` whether we believe all of its verdicts."""

    def __init__(self, operations, guard=None, is_trusting=False):
        self._operations = operations
        self._guard = guard
        self._is_trusting = is_trusting
        self._is_gone = False
        self.objects = Objects(guard, is_trusting)
        mirrors.peer = self

    @property
    def is_gone(self):
        """False, or how the other interpreter ended."""
        return self._is_gone

    def attribute(self, target, name):
        value = self.request("get", target, name)
        self.objects.note(name, value)
        return value

    def request(self, operation, *operands):
        """Asks the other side and returns its answer, or raises what it raised. Changes of our containers are applied."""
        if self._is_gone:
            raise Gone(self._is_gone)
        packer = Packer(self.objects)
        packed = [packer.pack(operand) for operand in operands]
        replaced = {name: packer.pack(value) for name, value in replaced_builtins().items()}
        host.send("P", host.to_json([operation, replaced, packed]))
        _, outcome, value, changes = self._answer()
        unpacker = Unpacker(self.objects, packer.containers)
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
        while not self._is_gone:
            letter, message = host.receive()
            if letter == "O":
                for stream, text in zip((sys.stdout, sys.stderr), message):
                    stream.write(text)
            elif letter == "G":
                self._is_gone = message
            elif type(message) is not list or not message:
                raise Malformed("not a message")
            elif message[0] == "answer":
                return message
            else:
                self._serve(message)
        raise Gone(self._is_gone)

    def _serve(self, message):
        unpacker = Unpacker(self.objects)
        before = []
        try:
            operation, replaced, operands = message
            if self._guard is not None:
                _check_target(operation, operands)
            operands = [unpacker.unpack(operand) for operand in operands]
            before = [(container, _snapshot(container)) for container in unpacker.containers]
            if self._guard is not None:
                self._guard(operation, *operands)
            outcome, value = "ok", self._perform(operation, operands, unpacker.unpack_values(replaced))
        except Gone:
            raise
        except BaseException as error:
            outcome, value = "raise", error
        host.send("P", self._packed_answer(outcome, value, before))

    def _perform(self, operation, operands, replaced):
        if not self._is_trusting:
            return self._operations[operation](*operands)
        ours = {name: getattr(builtins, name) for name in replaced}
        vars(builtins).update(replaced)
        try:
            return self._operations[operation](*operands)
        finally:
            vars(builtins).update(ours)

    def _packed_answer(self, outcome, value, before):
        references = {id(container): ["sent", number] for number, (container, _) in enumerate(before)}
        try:
            packer = Packer(self.objects, references)
            packed = packer.pack(value)
            changes = [
                [number, packer.contents(container)]
                for number, (container, snapshot) in enumerate(before)
                if _has_changed(container, snapshot)
            ]
            return host.to_json(["answer", outcome, packed, changes])
        except (TypeError, ValueError, RecursionError, MemoryError, RuntimeError, AttributeError) as error:
            failure = TypeError(f"the value cannot be shown to the tests: {type(error).__name__}: {error}")
            return host.to_json(["answer", "raise", Packer(self.objects).pack(failure), []])


def _check_target(operation, operands):
    """What is asked of us must be asked of an object of ours. Built-in classes and plain data arrive as our own too: `type` could
    make a class here that is equal to everything, and the `format` of a text could read what the guard hides.
    """
    if operation != "readline" and (type(operands[0]) is not list or operands[0][0] != "yours"):
        raise TypeError("the tests have not given this object")


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
