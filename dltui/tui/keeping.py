"""What is on the screen as files: curves, tables, the lesson, the screen itself. The folder is always said."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from textual.app import App

from dltui.journal.run import Run
from dltui.lesson import share
from dltui.lesson.records import AnyStep, Experiment, Lesson
from dltui.text import clean
from dltui.tui.activity import Activity
from dltui.tui.bars import LabScreen
from dltui.tui.handing import hand_in
from dltui.tui.lab import Lab
from dltui.tui.sharing import handed_out

FILES = "dltui.export.files"
"""Loaded when something is exported: charts and pages take long to import."""
FOLDER = "dltui-exports"
RUN = (("txt", "curves as text"), ("svg", "curves as SVG"), ("csv", "every value as CSV"), ("json", "all as JSON"),
       ("md", "a report in Markdown"))  # fmt: skip
LESSON = (("md", "this lesson as Markdown"), ("html", "this lesson as a web page"))
Make = Callable[[], str]
Command = tuple[str, Callable[[], None], str]
"""Title, what it does, and a word about it."""


class KeepingScreen(LabScreen):
    """A screen with a step of a lesson, of which something is to be kept."""

    lab: Lab
    lesson: Lesson
    activity: Activity | None

    @property
    def step(self) -> AnyStep:
        raise NotImplementedError

    def exports(self) -> Iterable[Command]:
        """Commands for all that can be exported here."""
        shown = self.activity.run_shown() if self.activity is not None else None
        return exports(self.app, self.lab, self.lesson, shown)

    def action_export(self) -> None:
        self.app.search_commands(list(self.exports()), "Export…")

    def action_photograph(self) -> None:
        photograph(self.app, self.lab)

    def action_share(self) -> None:
        moves = self.activity.moves() if self.activity is not None else ()
        handed_out(self.app, self.lab, share.joined(f"{self.lesson.id}/{self.step.id}", moves))

    def action_hand_in(self) -> None:
        try:
            path = hand_in(self.lab, self.lesson)
        except OSError as error:
            self.notify(f"The answers cannot be written: {error.strerror}", severity="error", markup=False)
            return
        self.notify(f"{clean(str(path))}\nTo grade it: dltui grade {path.name}", title="Answers written", markup=False)


def exports(app: App[Any], lab: Lab, lesson: Lesson, shown: tuple[Run, Experiment] | None) -> Iterable[Command]:
    """Commands for what can be exported here; `shown` is the run in focus and its experiment in the lesson."""
    if shown is not None:
        run, step = shown
        for form, what in RUN:
            make = partial(_run, form, run, step, lab.ascii)
            yield _command(app, lab, f"Export the run: {what}", f"{run.lesson}-{run.step_id}", form, make)
    for form, what in LESSON:
        yield _command(app, lab, f"Export {what}", lesson.id, form, partial(_lesson, form, lesson, str(lab.seed)))


def _run(form: str, run: Run, step: Experiment, ascii: bool) -> str:
    return str(import_module(FILES).RUN[form](run, step, ascii))


def _lesson(form: str, lesson: Lesson, seed: str) -> str:
    return str(import_module(FILES).LESSON[form](lesson, seed))


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
