"""Reads a file of tests without running it: which cases it has, and where its equality assertions stand.

Cases are the functions `test_…` and the methods `test…` of classes, in the order of the file. A file without any is a script:
then each top-level statement that asserts (directly, in a loop or block, or by calling a function of the file that asserts) is
one case, the statements between are set-up, and a failed case does not stop the following ones. A script without such a
statement is one case as a whole.

Works on the C syntax tree; the ast package costs 50 ms to import.
"""

import _ast

from .names import read_names, replace_star_imports
from .syntax import FUNCTIONS, SCOPES, at, walk

PARSE_ONLY = 0x400
COMPARE = "__compare__"
EQUALITY_METHODS = frozenset(
    f"assert{name}"
    for name in "Equal AlmostEqual ListEqual TupleEqual DictEqual SetEqual SequenceEqual MultiLineEqual CountEqual Is".split()
)
MAX_NAME = 120


class TestFile:
    """One parsed file. `names` are its cases; raises SyntaxError when it does not parse."""

    def __init__(self, source, path):
        self.path = path
        self._lines = source.splitlines()
        self._tree = compile(source, path, "exec", PARSE_ONLY, dont_inherit=True)
        self._asserts = []
        self._expected_first = set()
        self.names = list(dict.fromkeys(self._named_cases()))
        self.is_script = not self.names
        self.class_names, self.star_names = read_names(self._tree)
        replace_star_imports(self._tree)
        self._watch_comparisons()
        if self.is_script:
            self.steps = self._script_steps()
            self.names = [name for name, _ in self.steps if name]

    def module_code(self):
        return compile(self._tree, self.path, "exec", dont_inherit=True)

    def assertion_at(self, line):
        """The text of the assert statement that spans a line, or None."""
        return next((text for first, last, text in self._asserts if first <= line <= last), None)

    def is_expected_first(self, line):
        """Whether the equality assertion on a line names the expected value first: only that side is a literal."""
        return line in self._expected_first

    def _named_cases(self):
        for node in self._tree.body:
            if isinstance(node, FUNCTIONS) and node.name.startswith("test_"):
                yield node.name
            elif isinstance(node, _ast.ClassDef) and node.bases:
                yield from (f"{node.name}.{item.name}" for item in node.body if _is_test_method(item))

    def _watch_comparisons(self):
        """Has `assert a == b` remember both values; notes which side is the expected one."""
        for node in walk(self._tree):
            if isinstance(node, _ast.Assert):
                self._asserts.append((node.lineno, node.end_lineno, self._text(node)))
                test = node.test
                if isinstance(test, _ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], (_ast.Eq, _ast.Is)):
                    sides = [test.left, test.comparators[0]]
                    self._note_order(node, sides)
                    is_equality = at(test, _ast.Constant(isinstance(test.ops[0], _ast.Eq)))
                    name = at(test, _ast.Name(COMPARE, _ast.Load()))
                    node.test = at(test, _ast.Call(name, [*sides, is_equality], []))
            elif isinstance(node, _ast.Call) and getattr(node.func, "attr", None) in EQUALITY_METHODS and len(node.args) > 1:
                self._note_order(node, node.args)
        self._asserts.sort(key=lambda entry: entry[1] - entry[0])

    def _note_order(self, node, sides):
        if _is_literal(sides[0]) and not _is_literal(sides[1]):
            self._expected_first.update(range(node.lineno, node.end_lineno + 1))

    def _script_steps(self):
        """(name or None for set-up, code) of each top-level statement."""
        statements = list(_without_main_guard(self._tree.body))
        asserting = {node.name for node in statements if isinstance(node, FUNCTIONS) and _asserts(node.body)}
        names = [self._case_name(node) if _is_case(node, asserting) else None for node in statements]
        if not any(names):
            return [("script", self.module_code())] if statements else []
        counts = {}
        steps = []
        for name, node in zip(names, statements):
            if name:
                counts[name] = counts.get(name, 0) + 1
                name = name if counts[name] == 1 else f"{name} ({counts[name]})"
            steps.append((name, compile(_ast.Module([node], []), self.path, "exec", dont_inherit=True)))
        return steps

    def _case_name(self, node):
        message = getattr(node, "msg", None)
        text = message.value if isinstance(message, _ast.Constant) else self._text(node).removeprefix("assert ")
        text = " ".join(str(text).split())
        return text if len(text) <= MAX_NAME else text[: MAX_NAME - 1] + "…"

    def _text(self, node):
        """The source of a statement; of a block only its first line. Columns count UTF-8 bytes."""
        last = node.lineno if hasattr(node, "body") else node.end_lineno
        lines = [line.encode() for line in self._lines[node.lineno - 1 : last]]
        if last == node.end_lineno:
            lines[-1] = lines[-1][: node.end_col_offset]
        lines[0] = lines[0][node.col_offset :]
        return b"\n".join(lines).decode(errors="replace")


def _is_test_method(node):
    return isinstance(node, FUNCTIONS) and node.name.startswith("test")


def _is_literal(node):
    if isinstance(node, (_ast.List, _ast.Tuple, _ast.Set)):
        return all(map(_is_literal, node.elts))
    if isinstance(node, _ast.Dict):
        return all(key is not None and _is_literal(key) for key in node.keys) and all(map(_is_literal, node.values))
    return isinstance(node, _ast.Constant) or isinstance(node, _ast.UnaryOp) and _is_literal(node.operand)


def _without_main_guard(body):
    for node in body:
        test = getattr(node, "test", None)
        if isinstance(node, _ast.If) and "__name__" in (getattr(side, "id", None) for side in walk(test)):
            yield from node.body
        else:
            yield node


def _asserts(body):
    """Whether statements assert when they run; nested functions and classes do not run by themselves."""
    todo = list(body)
    while todo:
        node = todo.pop()
        if isinstance(node, _ast.Assert):
            return True
        for field in node._fields:
            value = getattr(node, field, None)
            items = value if isinstance(value, list) else [value]
            todo.extend(item for item in items if isinstance(item, _ast.AST) and not isinstance(item, SCOPES))
    return False


def _is_case(node, asserting):
    if isinstance(node, SCOPES):
        return False
    if isinstance(node, _ast.Expr) and isinstance(node.value, _ast.Call):
        return getattr(node.value.func, "id", None) in asserting
    return _asserts([node])
