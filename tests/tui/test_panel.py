"""What stands under an explorer's pictures: no option of a control is cut off, wherever a lesson offers it."""

from itertools import chain
from pathlib import Path

import pytest

from dltui.explore.explorer import Control, Switch
from dltui.explore.registry import start
from dltui.lesson.load import load
from dltui.lesson.records import Explorer
from dltui.places import lessons_dir
from dltui.plot.cells import text_width
from dltui.tui.panel import panel

FILES = sorted(lessons_dir().glob("*.toml"))
PANES = [(63, 36), (78, 20)]
"""Beside the text in a terminal of 120×40, alone in one of 80×24."""


def offered(step: Explorer) -> list[Control]:
    named = {control.name: control for control in start(step.explorer, step.settings).controls()}
    return [named[name] for name in step.controls or named if name in named]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_option_is_to_be_read(file: Path) -> None:
    lesson = load(file).lesson
    assert lesson is not None
    for step in lesson.step:
        if isinstance(step, Explorer):
            state, controls = start(step.explorer, step.settings), offered(step)
            options = set(chain.from_iterable(each.options for each in controls if isinstance(each, Switch)))
            for width, height in PANES:
                shown = panel(state, controls, 0, width, height, "dark").plain
                assert all(option in shown for option in options), f"{step.id}\n{shown}"
                assert all(text_width(row) <= width for row in shown.split("\n"))
                assert shown.count("\n") < height - 4, "the pictures have no room"


def test_no_line_grows_beyond_the_pane() -> None:
    """Numbers get longer on the way, and a runner that has arrived says when."""
    for explorer, settings, keys in (("losses", {"z": -5.0}, "uey"), ("logistic", {"data": "hours"}, "uee")):
        state = start(explorer, settings)
        for key in keys:
            state = state.acted(next(action.name for action in state.actions() if action.key == key))
            for width, height in PANES:
                shown = panel(state, state.controls(), 0, width, height, "dark").plain
                assert all(text_width(row) <= width for row in shown.split("\n")), shown
