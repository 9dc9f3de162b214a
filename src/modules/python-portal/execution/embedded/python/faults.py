"""Describes an exception of the student's code: his own line numbers, none of our frames."""

import io
import sys

FILE = "starter.py"
MAX_TEXT = 4_000

_spare_memory = [bytearray(262_144)]


def describe(error):
    """The exception as plain data: name, message, line in starter.py (or None) and the traceback as Python prints it."""
    _spare_memory.clear()  # The exception may be that there is no more.
    error.__traceback__ = own_frames(error.__traceback__)
    return {
        "name": type(error).__name__[:200],
        "message": message_of(error),
        "line": line_of(error),
        "traceback": printed(error),
    }


def own_frames(traceback):
    """Leaves out the frames of the sandbox, which come before the first one of the student."""
    while traceback is not None and traceback.tb_frame.f_code.co_filename != FILE:
        traceback = traceback.tb_next
    return traceback


def message_of(error):
    try:
        text = str(error.msg if isinstance(error, SyntaxError) else error)
    except BaseException as failure:  # the student wrote __str__
        text = f"<str() raised {type(failure).__name__}>"
    return text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + "…"


def line_of(error):
    """The innermost line of starter.py that the exception passed."""
    if isinstance(error, SyntaxError) and error.filename == FILE:
        return error.lineno
    line = None
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == FILE:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def printed(error):
    """What the interpreter itself would print; the traceback package costs 50 ms to import."""
    stderr = sys.stderr
    sys.stderr = io.StringIO()
    try:
        sys.__excepthook__(type(error), error, error.__traceback__)
        return sys.stderr.getvalue()
    finally:
        sys.stderr = stderr
