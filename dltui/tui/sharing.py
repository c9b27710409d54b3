"""A share string given to the learner: shown, copied where the terminal lets it be, and written to a file."""

from __future__ import annotations

from typing import Any

from textual.app import App

from dltui.lesson.share import command
from dltui.text import clean
from dltui.tui.lab import Lab

FILE = "share.txt"


def handed_out(app: App[Any], lab: Lab, text: str) -> None:
    """Terminals do not say whether they took what is copied, hence the file."""
    line = command(text)
    app.copy_to_clipboard(line)
    path = lab.state.folder / FILE
    try:
        path.write_text(f"{line}\n")
        kept = f"also in {path}"
    except OSError as error:
        kept = f"it cannot be written to a file: {error.strerror}"
    app.notify(clean(f"{line}\n\nCopied, if this terminal takes it; {kept}."), title="Opens what is here", timeout=15,
               markup=False)
