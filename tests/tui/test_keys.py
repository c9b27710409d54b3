"""Every key that does something can be pressed everywhere: inside tmux and screen, with flow control, over SSH."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from played import make_lab, play, until
from textual.binding import Binding
from textual.dom import DOMNode
from textual.pilot import Pilot
from textual.widgets import OptionList

import dltui.tui

HOUSE = Path(dltui.tui.__file__).parent
EATEN = {f"ctrl+{letter}" for letter in "abhijmqsz"} | {"ctrl+enter"}
"""Prefixes of screen and tmux, backspace, tab, enter and escape by other names, flow control, suspension."""
PARTS = ("alt+", "ctrl+shift+", "shift+", "meta+", "super+")
ONLY = {"suspend_process"}
"""What is meant to be what the terminal makes of the key."""


def nodes() -> list[type[DOMNode]]:
    found: set[type[DOMNode]] = set()
    for path in sorted(HOUSE.rglob("*.py")):
        parts = path.relative_to(HOUSE).with_suffix("").parts
        loaded = import_module(".".join(["dltui", "tui", *parts]).removesuffix(".__init__"))
        found |= {each for each in vars(loaded).values() if isinstance(each, type) and issubclass(each, DOMNode)
                  and each.__module__ == loaded.__name__ and "BINDINGS" in vars(each)}
    return sorted(found, key=lambda each: each.__qualname__)


@pytest.mark.parametrize("node", nodes(), ids=lambda node: node.__name__)
def test_no_action_hangs_on_a_key_that_others_eat(node: type[DOMNode]) -> None:
    keys: dict[str, list[str]] = {}
    for binding in Binding.make_bindings(node.BINDINGS):
        keys.setdefault(binding.action, []).append(binding.key)
    for action, bound in keys.items():
        safe = [key for key in bound if key not in EATEN and not key.startswith(PARTS)]
        assert safe or action in ONLY, f"{node.__name__}: {action} only by {bound}"


def test_the_walk_meets_the_lab() -> None:
    assert {"LabApp", "LessonScreen", "CourseScreen", "ExperimentPane", "HelpScreen"} <= {n.__name__ for n in nodes()}


def test_the_course_is_walked_as_in_vi(tmp_path: Path) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        options = pilot.app.screen.query_one(OptionList)
        await until(pilot, lambda: options.highlighted is not None, "the list")
        seen = []
        for key in ("g", "G", "k", "j", "g"):
            await pilot.press(key)
            await pilot.pause()
            seen.append(options.highlighted)
        first, last, above, again, _ = seen
        assert first is not None and last is not None and above is not None
        assert first < above < last == again
        assert seen[-1] == first

    play(make_lab(tmp_path), scene)
