"""The private line between this interpreter and its host: one JSON value a line, each led by a letter that says what it is.

To the interpreter: J the job, P a message of the other interpreter, O output of the student's code, G the other interpreter is
gone. To the host: R a report, P a message for the other interpreter. The line is a file that only the host's memory holds; its
name is gone after both ends were opened. Nothing secret passes over it: whoever can write to it can harm only his own run.
"""

import posix

from _json import encode_basestring_ascii, make_encoder, make_scanner


class _Rules:
    """What json.JSONDecoder would tell the C scanner. The json package itself costs 30 ms to import."""

    strict = True
    object_hook = object_pairs_hook = None
    parse_int = int
    parse_float = float
    parse_constant = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}.__getitem__
    memo = {}


def _refuse(value):
    raise TypeError(f"{type(value).__name__} cannot be sent")


_scan = make_scanner(_Rules())
_encode = make_encoder(None, _refuse, encode_basestring_ascii, None, ":", ",", False, False, True)
_incoming = open("/run/host", "rb")
_outgoing = posix.open("/run/host", posix.O_WRONLY)


def to_json(value):
    """Raises RecursionError when the value is nested more than some hundred levels deep."""
    return "".join(_encode(value, 0))


class Malformed(Exception):
    """The other interpreter sent something that no honest one sends."""


def receive():
    """Waits for the next line and returns its letter and its value. Raises Malformed."""
    line = _incoming.readline()
    try:
        text = line.decode("ascii")
        return text[0], _scan(text, 1)[0]
    except (StopIteration, ValueError, IndexError) as error:
        raise Malformed(f"not JSON: {error}") from None


def send(letter, json):
    data = memoryview(f"{letter}{json}\n".encode("ascii"))
    while data:
        data = data[posix.write(_outgoing, data) :]


def report(value):
    send("R", to_json(value))
