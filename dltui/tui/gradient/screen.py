"""The gradient view of an experiment, full screen."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult

from dltui.lesson.gradients import check_of
from dltui.lesson.records import Experiment, Lesson
from dltui.tui.activity import Activity
from dltui.tui.bars import LabScreen
from dltui.tui.gradient.pane import GradientPane
from dltui.tui.keys import bound
from dltui.tui.lab import Lab


class GradientScreen(LabScreen):
    DEFAULT_CSS = "GradientScreen GradientPane { padding: 1 2 0 2; }"
    BINDINGS = bound("gradient-screen")

    def __init__(self, lab: Lab, lesson: Lesson, experiment: Experiment) -> None:
        super().__init__()
        self._title = experiment.title
        self.activity = GradientPane(lab, lesson, check_of(experiment))

    def compose_body(self) -> ComposeResult:
        yield self.activity

    def on_mount(self) -> None:
        self.top.say(Text(f"{self._title}: the gradient, element by element", "bold"))
        self._keys()
        self.activity.begin()

    def on_activity_changed(self, message: Activity.Changed) -> None:
        message.stop()
        self._keys()

    def on_activity_passed(self, message: Activity.Passed) -> None:
        message.stop()

    def _keys(self) -> None:
        self.bottom.keys([*self.activity.keys(), ("m", "by module"), ("g", "back"), ("?", "help")])

    def action_leave(self) -> None:
        if not self.activity.escape():
            self.activity.leave()
            self.dismiss()
