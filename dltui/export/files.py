"""Which formats there are, and files of them written where they were asked for."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from dltui.export import page
from dltui.export import text as drawn
from dltui.export.lesson import markdown
from dltui.export.report import as_json
from dltui.export.report import markdown as report
from dltui.export.svg import svg
from dltui.export.table import table
from dltui.journal.run import Run
from dltui.lesson.records import Experiment, Lesson

Written = Callable[[Run, Experiment | None, bool], str]
RUN: Mapping[str, Written] = MappingProxyType({
    "txt": lambda run, step, ascii: drawn.text(run, ascii=ascii),
    "svg": lambda run, step, ascii: svg(run),
    "csv": lambda run, step, ascii: table(run),
    "json": lambda run, step, ascii: as_json(run, step),
    "md": report,
})
"""Formats of a run; `step` is the lesson's own experiment, where it is known."""
LESSON: Mapping[str, Callable[[Lesson, str], str]] = MappingProxyType({"md": markdown, "html": page.html})
"""Formats of a lesson; the text is whoever the numbers that vary are for."""


def written(folder: Path, name: str, ending: str, text: str) -> Path:
    """A new file in a folder that is made if need be; nothing is written over. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, 1000):
        path = folder / f"{name}{f'-{number}' if number > 1 else ''}.{ending}"
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        except FileExistsError:
            continue
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as target:
            target.write(text)
        return path
    raise FileExistsError(17, "a thousand files of this name are there already", str(folder))


def stamp() -> str:
    """For the names of files: sorts by time."""
    return time.strftime("%Y%m%d-%H%M%S")
