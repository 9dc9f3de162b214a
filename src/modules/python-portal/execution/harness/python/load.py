"""Makes the modules of a bundle importable as the package `lyceum`, without files. Runs first in every process of a run."""

import sys


def load(sources):
    from importlib.util import spec_from_loader

    class Bundle:
        @staticmethod
        def find_spec(name, path=None, target=None):
            package, _, module = name.partition(".")
            if package == "lyceum" and (not module or module in sources):
                return spec_from_loader(name, Bundle, is_package=not module)
            return None

        @staticmethod
        def create_module(spec):
            return None

        @staticmethod
        def exec_module(module):
            source = sources.get(module.__name__.partition(".")[2], "")
            exec(compile(source, f"<{module.__name__}>", "exec", dont_inherit=True), module.__dict__)

    sys.meta_path.insert(0, Bundle)
