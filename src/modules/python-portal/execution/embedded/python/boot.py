"""The first code in every interpreter: makes it look like an ordinary Python, then waits, warm, for its one job.

What only graded runs need is imported after the wait: most runs are programs, and a warm interpreter should be cheap.
"""

import builtins
import posix
import sys

import _sitebuiltins

from . import host, program


def prepare():
    """What the site module would do (it costs 10 ms), and the place where programs live."""
    builtins.exit = _sitebuiltins.Quitter("exit", "Ctrl-D (i.e. EOF)")
    builtins.quit = _sitebuiltins.Quitter("quit", "Ctrl-D (i.e. EOF)")
    posix.chdir(program.WORK)
    sys.argv[:] = [program.FILE]
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="surrogateescape" if stream is sys.stdin else "backslashreplace")


def main():
    prepare()
    _, job = host.receive()
    role = job["role"]
    if role == "grader":
        from . import grader

        grader.run(job)
    else:
        sys.path.insert(0, program.WORK)
        if role == "program":
            program.run(job["code"])
        else:
            from . import student

            student.serve(job["code"])
