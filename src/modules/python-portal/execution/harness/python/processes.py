"""Starts the student's process, watches it, and keeps it from looking into this one."""

import os
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from . import child

CHILD_MODULES = "host child program faults student bridge mirrors objects packing".split()
# Reads how long the text is, then the text; what follows on standard input is the student's.
BOOT = """
import os
def read(size):
    data = b""
    while len(data) < size:
        data += os.read(0, size - len(data))
    return data
exec(read(int(read(8), 16)).decode(), {"__name__": "lyceum_boot"})
"""


def hide_from_children():
    """Keeps processes of the same account from reading this one's memory and files (prctl(2), PR_SET_DUMPABLE)."""
    if os.geteuid() == 0:
        return  # the child becomes another account
    import ctypes

    if ctypes.CDLL(None, use_errno=True).prctl(4, 0, 0, 0, 0) != 0:
        raise RuntimeError("this process cannot be hidden from the student's")


class Student:
    """One process with the student's code. `socket` is its standard input and error, `stdout` its standard output or None."""

    def __init__(self, sources, load, call, job, limit_s, has_stdout):
        here = os.getcwd()
        self.directory = tempfile.mkdtemp(prefix="run-", dir=here if os.access(here, os.W_OK) else None)
        is_root = os.geteuid() == 0
        if is_root:
            os.chown(self.directory, child.NOBODY, child.NOBODY)
            if os.path.dirname(self.directory) == here:
                os.chmod(here, 0o711)
        self.socket, theirs = socket.socketpair()
        self.stdout, output = os.pipe() if has_stdout else (None, subprocess.DEVNULL)
        bundle = {name: sources[name] for name in CHILD_MODULES}
        text = (
            f"{load}\nload({bundle!r})\nfrom lyceum import child\n"
            f"child.confine({job['memoryMb']!r}, {limit_s!r}, {job['maxFileBytes']!r}, {self.directory!r}, {is_root!r})\n"
            f"child.{call}\n"
        )
        self.process = subprocess.Popen(
            [sys.executable or os.readlink("/proc/self/exe"), "-I", "-u", "-B", "-c", BOOT],
            stdin=theirs,
            stdout=output,
            stderr=theirs if has_stdout else subprocess.DEVNULL,
            start_new_session=True,
        )
        theirs.close()
        if has_stdout:
            os.close(output)
        data = text.encode()
        try:
            self.socket.sendall(b"%08x" % len(data) + data)
        except OSError:
            pass  # it ended at once; whoever reads will see

    def end(self):
        """Ends it with everything that it started, and says how it ended: (exit code or None, signal or None)."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.socket.close()
        if self.stdout is not None:
            os.close(self.stdout)
            self.stdout = None
        code = self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)
        return (code, None) if code >= 0 else (None, -code)


def run_program(student, stdin, limit_s, max_printed, kept):
    """Feeds a program and collects what it prints, until it ends, floods, or the time is used up."""
    streams = {student.stdout: bytearray(), student.socket.fileno(): bytearray()}
    socket_fd = student.socket.fileno()
    pending = memoryview(stdin)
    student.socket.setblocking(False)
    poll = select.poll()
    poll.register(student.stdout, select.POLLIN)
    poll.register(socket_fd, select.POLLIN | select.POLLOUT)
    deadline = time.monotonic() + limit_s
    started = time.monotonic()
    printed, way, is_open = 0, "exit", {student.stdout: True, socket_fd: True}
    has_begun, ended_at = False, None
    while any(is_open.values()) and way == "exit":
        left = deadline - time.monotonic()
        if left <= 0:
            way = "timeout"
            break
        events = poll.poll(min(left, 0.05) * 1000)
        # What it has started may hold its streams open for ever; what is in them by now is read.
        if ended_at is None and student.process.poll() is not None:
            ended_at = time.monotonic()
        if ended_at is not None and (not events or time.monotonic() - ended_at > 0.2):
            break
        for fd, event in events:
            if event & select.POLLOUT and fd == socket_fd:
                try:
                    pending = pending[student.socket.send(pending[:65_536]) :] if pending else pending
                except (BlockingIOError, InterruptedError):
                    pass
                except OSError:
                    pending = memoryview(b"")
                if not pending:
                    student.socket.shutdown(socket.SHUT_WR)
                    poll.modify(socket_fd, select.POLLIN)
            if event & (select.POLLIN | select.POLLHUP | select.POLLERR):
                try:
                    data = os.read(fd, 65_536)
                except BlockingIOError:
                    continue
                except OSError:
                    data = b""
                if not data:
                    is_open[fd] = False
                    poll.unregister(fd)
                    continue
                if fd == socket_fd and not has_begun and data[:1] == child.BEGUN:
                    has_begun, started, data = True, time.monotonic(), data[1:]
                printed += len(data)
                streams[fd] += data[: max(0, kept - len(streams[fd]))]
                if printed > max_printed:
                    way = "flood"
    ended = time.monotonic()
    if way == "exit":
        try:  # its streams are closed, which a program can do and go on
            student.process.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            way = "timeout"
    out, err = streams.values()
    code, number = student.end()
    return way if has_begun else "lost", code, number, bytes(out), bytes(err), printed, (ended - started) * 1000


def peak_memory():
    """Bytes of the largest process that has ended."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
