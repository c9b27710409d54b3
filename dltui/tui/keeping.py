"""What is on the screen as files: curves, tables, the lesson, the screen itself. The folder is always said."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from textual.app import App

from dltui.journal.run import Run
from dltui.lesson.records import Experiment, Lesson
from dltui.text import clean
from dltui.tui.lab import Lab

FILES = "dltui.export.files"
"""Loaded when something is exported: charts and pages take long to import."""
FOLDER = "dltui-exports"
RUN = (("txt", "curves as text"), ("svg", "curves as SVG"), ("csv", "every value as CSV"), ("json", "all as JSON"),
       ("md", "a report in Markdown"))  # fmt: skip
LESSON = (("md", "this lesson as Markdown"), ("html", "this lesson as a web page"))
Make = Callable[[], str]
Command = tuple[str, Callable[[], None], str]
"""Title, what it does, and a word about it."""


def exports(app: App[Any], lab: Lab, lesson: Lesson, shown: tuple[Run, Experiment] | None) -> Iterable[Command]:
    """Commands for what can be exported here; `shown` is the run in focus and its experiment in the lesson."""
    files = import_module(FILES)
    if shown is not None:
        run, step = shown
        for form, what in RUN:
            make = partial(files.RUN[form], run, step, lab.ascii)
            yield _command(app, lab, f"Export the run: {what}", f"{run.lesson}-{run.step_id}", form, make)
    for form, what in LESSON:
        yield _command(app, lab, f"Export {what}", lesson.id, form, partial(files.LESSON[form], lesson, str(lab.seed)))


def photograph(app: App[Any], lab: Lab) -> None:
    """The screen as SVG and as text."""
    files = import_module(FILES)
    name = f"screen-{files.stamp()}"
    strips = app.screen._compositor.render_strips()
    text = "\n".join(strip.text.rstrip() for strip in strips) + "\n"
    _save(app, lab, name, "svg", app.export_screenshot)
    _save(app, lab, name, "txt", lambda: text)


def _command(app: App[Any], lab: Lab, title: str, name: str, form: str, make: Make) -> Command:
    return title, partial(_save, app, lab, name, form, make), f"a .{form} file"


def _save(app: App[Any], lab: Lab, name: str, form: str, make: Make) -> None:
    """Where the lab was started, else beside the progress."""
    text = make()
    for folder in (Path.cwd() / FOLDER, lab.state.folder / FOLDER):
        try:
            path = import_module(FILES).written(folder, name, form, text)
        except OSError as error:
            told = f"Nothing can be written to {folder}: {error.strerror}"
            continue
        app.notify(clean(str(path)), title="Written", timeout=10, markup=False)
        return
    app.notify(clean(told), severity="error", markup=False)
