"""What stands in the place of an activity that cannot begin."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from dltui.lesson.records import AnyStep, Lesson
from dltui.tui.activity import Activity
from dltui.tui.lab import Lab


class Refused(Activity, can_focus=True):
    """A sentence that says why. The lesson goes on without it."""

    DEFAULT_CSS = "Refused { padding: 1; }"

    def __init__(self, lab: Lab, lesson: Lesson, step: AnyStep, said: str) -> None:
        super().__init__(lab, lesson, step)
        self._said = said

    def compose(self) -> ComposeResult:
        yield Static(self._said, markup=False)
