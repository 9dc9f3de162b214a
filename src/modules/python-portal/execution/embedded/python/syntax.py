"""Walks and changes the C syntax tree; the ast package costs 50 ms to import."""

import _ast

FUNCTIONS = (_ast.FunctionDef, _ast.AsyncFunctionDef)
SCOPES = (*FUNCTIONS, _ast.ClassDef, _ast.Lambda)


def walk(node, is_entered=lambda node: True):
    """The node and all nodes below it; not those below a node that is not to be entered."""
    todo = [node]
    while todo:
        node = todo.pop()
        yield node
        for field in node._fields if is_entered(node) else ():
            value = getattr(node, field, None)
            todo.extend(item for item in (value if isinstance(value, list) else [value]) if isinstance(item, _ast.AST))


def at(place, node):
    """Gives a new node the position of another."""
    for attribute in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
        setattr(node, attribute, getattr(place, attribute))
    return node
