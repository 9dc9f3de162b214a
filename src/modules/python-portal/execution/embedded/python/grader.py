"""Runs the tests in an interpreter in which no code of the student ever runs, and reports each case.

`import starter` gives the tests a module whose original lives in the student's interpreter (bridge.py). What a student's
program does there — replacing built-ins, walking frames, ending the interpreter, printing "OK", writing to the line — cannot
reach the tests, their results or this report; he can only answer the questions that the tests ask, with plain data.
"""

import io
import sys
import time

from . import cases, faults, guard, host, isolation, program
from .bridge import Gone, Peer, replaced_builtins
from .collect import TestFile

MAX_OUTPUT = 20_000
MAX_VALUE = 1_000


class Output(io.StringIO):
    """Keeps the beginning of what is printed."""

    def write(self, text):
        room = MAX_OUTPUT - self.tell()
        super().write(text[: max(room, 0)])
        return len(text)

    def take(self):
        text = self.getvalue()
        self.seek(0)
        self.truncate()
        return text


class Starter:
    """Finds and loads `starter`; each load runs the student's file anew in his interpreter."""

    def __init__(self, peer, source):
        self._peer = peer
        self._source = source
        self._stdin = sys.stdin
        self._is_loaded = False
        self._is_reported = False

    def find_spec(self, name, path=None, target=None):
        return type(sys.__spec__)("starter", self, origin=f"{program.WORK}/{program.FILE}") if name == "starter" else None

    def create_module(self, spec):
        return _StarterModule("starter")

    def exec_module(self, module):
        module.__dict__["__file__"] = f"{program.WORK}/{program.FILE}"
        module.__dict__["_original"] = original = self.load("starter")
        module.__doc__ = original.__doc__

    def get_source(self, name):
        return self._source

    def get_code(self, name):
        """Lets runpy.run_module("starter", run_name="__main__") run the program in the student's interpreter."""
        return compile("globals().update(__loader__.names_after_run(__name__))", f"{isolation.TESTS}run.py", "exec")

    def names_after_run(self, name):
        original = self.load(name)
        return {public: getattr(original, public) for public in dir(original) if not public.startswith("__")}

    def load(self, name):
        is_secret = self._is_loaded or sys.stdin is not self._stdin or bool(replaced_builtins())
        self._is_loaded = True
        answer = self._peer.request("import", name)
        if answer[0] == "ok":
            return answer[1]
        _, phase, description, error = answer
        if not self._is_reported:
            self._is_reported = True
            host.report({"starter": {"phase": phase, **description}, "secret": is_secret})
        raise error


class _StarterModule(type(sys)):
    def __getattr__(self, name):
        original = self.__dict__.get("_original")
        if original is None:
            raise AttributeError(name)
        if name == "__all__" and "__all__" not in dir(original):
            return [public for public in dir(original) if not public.startswith("_")]
        return getattr(original, name)

    def __setattr__(self, name, value):
        if name.startswith("__"):
            super().__setattr__(name, value)
        else:
            setattr(self._original, name, value)

    def __delattr__(self, name):
        delattr(self._original, name)

    def __dir__(self):
        return dir(self._original)


def run(job):
    """`job` holds the student's `code` and the tests `visible` and `hidden` (text or None)."""
    sys.stdout, sys.stderr = streams = Output(), Output()
    sys.stdin = io.StringIO(job["stdin"])
    peer = Peer(OPERATIONS, guard=guard.check)
    starter = Starter(peer, job["code"])
    sys.meta_path.insert(0, starter)
    isolation.isolate(job["code"])
    try:
        files = [
            (visibility, TestFile(job[visibility], f"{isolation.TESTS}{visibility}_tests.py"))
            for visibility in ("visible", "hidden")
            if job.get(visibility)
        ]
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        host.report({"invalid": f"{type(error).__name__}: {faults.message_of(error)}"})
        return
    peer.objects.class_names = frozenset().union(*(file.class_names for _, file in files))
    host.report({"plan": [[visibility, name] for visibility, file in files for name in file.names]})
    for visibility, file in files:
        host.report({"file": visibility})
        cases.run_file(file, Reporter(visibility, file, streams, peer))
    host.report({"done": True})


class Reporter:
    """Sends what became of each case; of a hidden one nothing but pass or fail."""

    def __init__(self, visibility, file, streams, peer):
        self._visibility = visibility
        self._file = file
        self._streams = streams
        self._peer = peer
        self.pair = None

    def begin(self, name):
        self.flush()
        self.pair = None
        self._started = time.perf_counter()
        host.report({"begin": [self._visibility, name]})

    def end(self, name, status, error=None, message=None):
        """`error` is what the case raised. A case during which the student's interpreter ended has not passed."""
        duration = (time.perf_counter() - self._started) * 1000
        if self._peer.is_gone:
            status, message = "error", f"the program ended the interpreter: {self._peer.is_gone}"
        result = {"case": [self._visibility, name], "status": status, "ms": round(duration, 3)}
        printed = self._take_printed()
        if self._visibility == "visible":
            result.update(printed)
            result["message"] = message or (self._message(error) if error is not None else None)
            if status == "failed" and error is not None:
                result.update(self._compared(error))
        host.report(result)

    def flush(self):
        """Reports what was printed outside of the cases, for instance while starter.py was imported."""
        printed = self._take_printed()
        if self._visibility == "visible":
            host.report(printed)

    def _take_printed(self):
        output, errors = (stream.take() for stream in self._streams)
        return {"output": output, "errors": errors}

    def _message(self, error):
        name, text = type(error).__name__[:200], faults.message_of(error)
        line = getattr(error, "_starter_line", None)
        if line is not None:
            return f"{name}: {text} ({program.FILE}, line {line})" if text else f"{name} ({program.FILE}, line {line})"
        if isinstance(error, AssertionError):
            return text or f"this is not true: {(self._file.assertion_at(self._line(error)) or 'assert').removeprefix('assert ')}"
        return f"{name}: {text}" if text else name

    def _compared(self, error):
        if self.pair is None or hasattr(error, "_starter_line"):
            return {}
        first, second = map(_shown, self.pair)
        if self._file.is_expected_first(self._line(error)):
            first, second = second, first
        return {"actual": first, "expected": second}

    def _line(self, error):
        """The innermost line of the tests that the exception passed."""
        line, traceback = 0, error.__traceback__
        while traceback is not None:
            if traceback.tb_frame.f_code.co_filename == self._file.path:
                line = traceback.tb_lineno
            traceback = traceback.tb_next
        return line


def _shown(value):
    try:
        text = repr(value)
    except Gone:
        raise
    except BaseException as error:  # the student wrote __repr__
        return f"<repr() raised {type(error).__name__}>"
    return text if len(text) <= MAX_VALUE else text[:MAX_VALUE] + "…"


OPERATIONS = {
    "readline": lambda: sys.stdin.readline(),
    "get": getattr,
    "set": setattr,
    "delete": delattr,
    "call": lambda target, arguments, named: target(*arguments, **named),
    "operate": lambda target, name, arguments, named: getattr(type(target), name)(target, *arguments, **named),
}
