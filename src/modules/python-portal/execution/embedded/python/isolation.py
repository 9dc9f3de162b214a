"""Keeps the grading interpreter from running the student's text by mistake: only the other interpreter runs it."""

import sys

from . import program

LIBRARY = "/usr/local/lib/"
TESTS = "/tests/"


def isolate(source):
    """Imports come from the standard library alone, and a run of starter.py's own text, or unpickling, is refused."""
    sys.path_hooks[:] = [_library_only(hook) for hook in sys.path_hooks]
    sys.path_importer_cache.clear()
    sys.addaudithook(_Watch(source))


def _library_only(hook):
    def find(path):
        if not path.startswith(LIBRARY):
            raise ImportError(path)
        return hook(path)

    return find


class _Watch:
    def __init__(self, source):
        self._source = source
        self._code = None

    def __call__(self, event, arguments):
        if event == "exec" and self._is_student_code(arguments[0]):
            raise RuntimeError("the tests must not run the text of starter.py; use `import starter` or runpy.run_module")
        if event == "pickle.find_class":
            raise RuntimeError("the tests must not unpickle: a file may be the student's")

    def _is_student_code(self, code):
        if code.co_name != "<module>" or code.co_filename.startswith((LIBRARY, TESTS)):
            return False
        source, self._source = self._source, None
        if source is not None:
            try:
                self._code = compile(source, program.FILE, "exec", dont_inherit=True)
            except Exception:
                pass  # then nobody can run it
        return code == self._code
