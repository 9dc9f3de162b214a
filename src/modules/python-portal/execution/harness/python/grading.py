"""Runs the tests here and the student's module in its own process, with the sandbox's grader and bridge."""

import os
import select
import signal
import sys
import time

from . import child, host, isolation
from .processes import Student


class GraderLine:
    """The grading end of the line. Collects the reports."""

    def __init__(self, student):
        self.reports = []
        self.end = None
        self._student = student
        self._incoming = student.socket.makefile("rb")

    def receive(self):
        if self.end is None:
            try:
                data = self._incoming.readline(host.MAX_LINE + 1)
            except OSError:
                data = b""
            if data.endswith(b"\n"):
                letter, value = host.parse(data)
                if letter not in "PO":
                    raise host.Malformed("not a message")
                return letter, value
            self.end = {"violation": True} if data else self._wait()
        return "G", _described(self.end)

    def send(self, letter, text):
        try:
            self._student.socket.sendall(f"{letter}{text}\n".encode("ascii"))
        except OSError:
            pass  # it has ended: receive says how

    def report(self, value):
        self.reports.append(value)

    def _wait(self):
        self._student.process.wait()
        code, number = self._student.end()
        if code == child.FLOOD:
            return {"flood": True}
        return {"code": code, "signal": number}


def grade(job, code, sources, load, limit_s, finish):
    """Reports by `finish`, also when the time is used up in the middle of a test."""
    started = time.monotonic()
    student = Student(
        sources, load, f"serve_module({code!r}, {job['maxPrinted']!r})", job, limit_s, has_stdout=False
    )
    host.line = line = GraderLine(student)

    def end(way):
        elapsed_ms = (time.monotonic() - started) * 1000
        student.socket.close()
        if line.end is None:
            student.end()
        finish({"way": way, "reports": line.reports, "student": line.end, "ms": elapsed_ms})

    def on_alarm(*_):
        end("timeout")

    signal.signal(signal.SIGALRM, on_alarm)
    signal.setitimer(signal.ITIMER_REAL, max(0.001, limit_s))
    isolation.LIBRARY = os.path.dirname(os.__file__) + "/"
    streams = sys.stdout, sys.stderr, sys.stdin
    from . import grader

    grader.run({"code": code, "stdin": job["stdin"], "visible": job["visible"], "hidden": job["hidden"]})
    signal.setitimer(signal.ITIMER_REAL, 0)
    sys.stdout, sys.stderr, sys.stdin = streams
    end("done")


def _described(end):
    if "flood" in end:
        return "it printed too much"
    if "violation" in end:
        return "it disturbed the line, or returned more than 8 MB"
    return f"exit code {end['code']}" if end["signal"] is None else f"signal {end['signal']}"
