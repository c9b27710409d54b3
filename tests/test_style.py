"""Linters and types are part of the tests: one command says whether the tree is sound."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
LONGEST_FILE = 300
LONGEST_FUNCTION = 60


def passes(*words: str) -> None:
    done = subprocess.run([sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff() -> None:
    passes("ruff", "check", ".")


def test_mypy_strict() -> None:
    passes("mypy")


def test_files_and_functions_stay_small() -> None:
    wrong = [f"{path}: {what}" for path in sorted((ROOT / "dltui").rglob("*.py")) for what in faults(path)]
    assert wrong == []


def faults(path: Path) -> Iterator[str]:
    text = path.read_text()
    if (lines := len(text.splitlines())) > LONGEST_FILE:
        yield f"{lines} lines"
    tree = ast.parse(text)
    if not ast.get_docstring(tree) and path.name != "__init__.py":
        yield "no docstring"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{node.name} has {lines} lines"
