"""The process in which the student's code runs. It gets nothing of the tests, of the report or of what the report is marked with.

Standard input and standard error are one socket. As a program the student reads and writes it as it is; for tests it is the line
to the grading process, and what the student prints goes over that.
"""

import io
import os
import resource
import socket
import sys

from . import host

FLOOD = 77
BEGUN = b"!"
KEPT = 20_000
# Marks the description of the exception that ended a program, on standard error. Who forges it describes his own program.
FAULT = "\0lyceum-fault:"
NOBODY = 65_534


def confine(memory_mb, seconds, file_bytes, directory, is_root):
    """Memory beyond what the interpreter has now is limited, files, and time of the processor, in case that nobody is left to
    end this process; root gives up all its rights."""
    os.chdir(directory)
    with open("/proc/self/statm", "rb") as file:
        used = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    wanted = used + memory_mb * 1_048_576
    limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    for kind, wanted in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_CPU, int(seconds) + 2),
    ):
        hard = resource.getrlimit(kind)[1]
        limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (limit, limit))
    if is_root:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="surrogateescape" if stream is sys.stdin else "backslashreplace")
    sys.argv[:] = ["starter.py"]
    sys.path.insert(0, os.getcwd())


def run_program(source):
    from . import program

    host.line = _ProgramLine()
    os.write(2, BEGUN)  # from here on the time is the student's
    program.run(source)


class _ProgramLine:
    def report(self, value):
        sys.stderr.write(f"{FAULT}{host.to_json(value)}\0")


def serve_module(source, max_printed):
    from . import student

    host.line = _StudentLine(max_printed)
    student.serve(source)


class _StudentLine:
    """Says before each message what the student's code has printed since the last."""

    def __init__(self, max_printed):
        self._socket = socket.socket(fileno=os.dup(0))
        self._incoming = self._socket.makefile("rb")
        null = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(null, number)
        os.close(null)
        self._streams = [_Printed(max_printed), _Printed(max_printed)]
        sys.stdout, sys.stderr = [
            io.TextIOWrapper(stream, encoding="utf-8", errors="backslashreplace", write_through=True)
            for stream in self._streams
        ]

    def receive(self):
        data = self._incoming.readline(host.MAX_LINE)
        if not data:
            os._exit(0)
        return host.parse(data)

    def send(self, letter, text):
        printed = [stream.take() for stream in self._streams]
        if any(printed):
            self._write(f"O{host.to_json(printed)}\n")
        self._write(f"{letter}{text}\n")

    def _write(self, text):
        self._socket.sendall(text.encode("ascii"))


class _Printed(io.BufferedIOBase):
    """Keeps the beginning of what is printed between two messages; ends the process when it is too much altogether."""

    def __init__(self, max_printed):
        self._kept = bytearray()
        self._left = max_printed

    def writable(self):
        return True

    def write(self, data):
        data = bytes(data)
        self._left -= len(data)
        if self._left < 0:
            os._exit(FLOOD)
        self._kept += data[: max(0, KEPT - len(self._kept))]
        return len(data)

    def take(self):
        text = self._kept.decode("utf-8", "replace")
        self._kept.clear()
        return text
