"""Runs the student's code as a program, the way `python starter.py` does."""

import sys

from . import faults, host

WORK = "/work"
FILE = faults.FILE


def run(source):
    """Returns when the program ends by itself; raises SystemExit with the exit code that the program or its failure gives."""
    main = as_module("__main__")
    try:
        code = compile(source, FILE, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, UnicodeError, RecursionError, MemoryError, OverflowError) as error:
        fail(error, "syntax")
    try:
        exec(code, main.__dict__)
    except SystemExit:
        raise
    except BaseException as error:
        fail(error, "runtime")


def as_module(name):
    """A new module with the attributes of a started file, put where `import` finds it."""
    module = type(sys)(name)
    module.__file__ = f"{WORK}/{FILE}"
    module.__builtins__ = __builtins__
    sys.modules[name] = module
    return module


def fail(error, phase):
    host.report({"phase": phase, **faults.describe(error)})
    if phase == "runtime":
        sys.excepthook(type(error), error, error.__traceback__)
    else:
        sys.stderr.write(faults.printed(error))
    raise SystemExit(1)
