"""Finds by which names the tests can mean something of starter.py.

Without that the student would choose: a star import would let him replace any name that the tests use (`abs`, `math`, their own
functions), and any class of his would count as one that the tests know.
"""

import _ast
import builtins
import sys

from .syntax import FUNCTIONS, SCOPES, at, walk

IMPORT_STAR = "__import_star__"
BLOCKS = ("body", "orelse", "finalbody")


def read_names(tree):
    """(names of classes that the text mentions, names that a star import may bring)."""
    used, strings, attributes = set(), set(), []
    for node in walk(tree):
        if isinstance(node, _ast.Name) and isinstance(node.ctx, _ast.Load):
            used.add(node.id)
        elif isinstance(node, _ast.ImportFrom) and node.module == "starter":
            used.update(alias.name for alias in node.names)
        elif isinstance(node, _ast.Attribute):
            attributes.append((getattr(node.value, "id", None), node.attr))
        elif isinstance(node, _ast.Constant) and isinstance(node.value, str):
            strings.add(node.value)
    others = (_bound(tree) & sys.stdlib_module_names) - {"starter"}
    mentioned = used | strings | {name for owner, name in attributes if owner not in others}
    star = (name for name in used - _bound(tree) if not name.startswith("_") and not hasattr(builtins, name))
    return frozenset(name for name in mentioned if name[:1].isupper()), sorted(star)


def replace_star_imports(tree):
    """Has `from starter import *` call IMPORT_STAR instead."""
    for node in walk(tree):
        for block in BLOCKS:
            if isinstance(getattr(node, block, None), list):
                setattr(node, block, [_without_star(statement) for statement in getattr(node, block)])


def _without_star(node):
    if not (isinstance(node, _ast.ImportFrom) and node.module == "starter" and node.names[0].name == "*"):
        return node
    name = at(node, _ast.Name(IMPORT_STAR, _ast.Load()))
    return at(node, _ast.Expr(at(node, _ast.Call(name, [], []))))


def _bound(tree):
    """Names that the module itself gives a value."""
    bound = set()
    for node in walk(tree, is_entered=lambda node: not isinstance(node, SCOPES)):
        if isinstance(node, _ast.Name) and not isinstance(node.ctx, _ast.Load):
            bound.add(node.id)
        elif isinstance(node, (*FUNCTIONS, _ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, (_ast.Import, _ast.ImportFrom)):
            bound.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
    return bound
