"""What a code exercise asks for, function by function: the call, the words of the starter, how it is judged."""

from __future__ import annotations

import ast
from inspect import cleandoc

from msgspec import Struct

from dltui.lesson.tasks import Check, Workpiece
from dltui.text import clean

SETS = 2
"""Sets of cases that a source is tried on: the one that all get, and one of its own."""


class Wanted(Struct, frozen=True):
    """One function to write."""

    call: str
    """`update(w, b, x, y, eta)`"""
    words: list[str]
    """The paragraphs of its docstring."""
    judged: str
    """`40 cases, held against a solution`"""


def wanted(piece: Workpiece) -> list[Wanted]:
    """The functions that are called, in the order of the checks."""
    found = {node.name: node for node in ast.parse(piece.starter).body if isinstance(node, ast.FunctionDef)}
    checks: dict[str, list[Check]] = {}
    for check in piece.task.check:
        checks.setdefault(check.function, []).append(check)
    return [Wanted(_call(found[name]), _words(found[name]), _judged(own)) for name, own in checks.items()]


def _call(node: ast.FunctionDef) -> str:
    return clean(f"{node.name}({ast.unparse(node.args)})")


def _words(node: ast.FunctionDef) -> list[str]:
    """Paragraphs, without the ends of the lines in the file and the marks around code."""
    paragraphs = cleandoc(ast.get_docstring(node) or "").split("\n\n")
    return [" ".join(clean(paragraph).replace("`", "").split()) for paragraph in paragraphs if paragraph.strip()]


def _judged(checks: list[Check]) -> str:
    cases = SETS * sum(check.cases + len(check.fixed) for check in checks)
    forward = next((check.forward for check in checks if check.judge == "gradient"), "")
    against = f"finite differences of {forward}" if forward else "a solution"
    return f"{cases} cases, held against {against}"
