"""The learner's own editor, which takes the terminal until it is closed."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from textual.app import SuspendNotSupported
from textual.widget import Widget

from dltui.text import clean

EDITORS = ("nano", "vim", "vi")
"""Looked for where neither VISUAL nor EDITOR says which."""


def edit(pane: Widget, file: Path) -> None:
    """Open the file in the editor; what keeps it from opening is told in the pane."""
    words = editor(os.environ)
    shown = clean(str(file))
    if not words:
        pane.notify(f"No editor is known here: set EDITOR, or open {shown} yourself.", severity="warning", markup=False)
        return
    try:
        with pane.app.suspend():
            subprocess.call([*words, str(file)])
    except SuspendNotSupported:
        pane.notify(f"This terminal cannot be lent to an editor: open {shown} yourself.", severity="warning",
                    markup=False)  # fmt: skip
    except OSError as error:
        pane.notify(f"{clean(words[0])} does not start: {error.strerror}", severity="error", markup=False)
    pane.app.refresh(layout=True)


def editor(environment: Mapping[str, str]) -> list[str]:
    """The words of a command that edits a file; none where there is no editor."""
    for name in ("VISUAL", "EDITOR"):
        try:
            if words := shlex.split(environment.get(name, "")):
                return words
        except ValueError:  # a quotation mark without its other half
            continue
    return next(([path] for name in EDITORS if (path := shutil.which(name))), [])


def short(path: Path) -> str:
    """The path as people write it."""
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)
