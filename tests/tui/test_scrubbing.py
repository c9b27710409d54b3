"""Time travel: every pane shows the same step."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from played import Player, begun, make_lab, place, play, text, until
from textual.pilot import Pilot

from dltui.tui.experiment.pane import ExperimentPane
from dltui.tui.lab import Lab


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return make_lab(tmp_path, player=Player())


async def trained(pilot: Pilot[Any]) -> None:
    await begun(pilot, ExperimentPane)
    await pilot.press("t", "0", ".", "2", "enter")
    await until(pilot, lambda: "You said 0.2" in text(pilot), "the guess being locked")
    await pilot.press("t")
    await until(pilot, lambda: "done 200/200" in text(pilot), "the end of the run")


def steps(pilot: Pilot[Any]) -> tuple[int, int]:
    """Of the picture and of the line of numbers."""
    shown = text(pilot)
    picture, line = re.search(r"the model at step (\d+)", shown), re.search(r"step (\d+)   loss", shown)
    return (int(picture[1]) if picture else -1, int(line[1]) if line else -1)


async def both(pilot: Pilot[Any], fits: Callable[[int], bool], what: str) -> int:
    """Wait until picture and numbers show the same step, one that fits."""
    await until(pilot, lambda: len(set(steps(pilot))) == 1 and steps(pilot)[0] >= 0 and fits(steps(pilot)[0]), what)
    return steps(pilot)[0]


def test_all_panes_follow_back_and_forth_and_return_to_the_newest(lab: Lab) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await trained(pilot)
        await until(pilot, lambda: steps(pilot) == (200, 200), "the end in both")
        await pilot.press("[")
        before = await both(pilot, lambda step: step < 200, "an earlier step")
        assert "◂" in text(pilot)
        assert pilot.app.screen.query_one(ExperimentPane).look.at == before  # where the charts put their cursor
        await pilot.press("{")
        await both(pilot, lambda step: step < before, "a stride back")
        await pilot.press("home")
        await both(pilot, lambda step: step == 0, "the start")
        await pilot.press("]")
        await both(pilot, lambda step: step > 0, "forward")
        await pilot.press("end")
        await until(pilot, lambda: steps(pilot) == (200, 200) and "◂" not in text(pilot), "the newest")

    play(lab, scene, at=place(lab, "mlp-xor", "train-xor"))


def test_it_works_on_a_run_that_is_opened_again(lab: Lab) -> None:
    async def train(pilot: Pilot[Any]) -> None:
        await trained(pilot)

    async def again(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: steps(pilot) == (200, 200), "the run of before")
        await pilot.press("[", "[")
        await both(pilot, lambda step: step < 200, "an earlier step")

    play(lab, train, at=place(lab, "mlp-xor", "train-xor"))
    play(lab, again, at=place(lab, "mlp-xor", "train-xor"))


def test_v_brings_every_view_to_the_front(lab: Lab) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await trained(pilot)
        pane = pilot.app.screen.query_one(ExperimentPane)
        seen = []
        for count, _ in enumerate(pane.step.show, 1):
            (first,) = pilot.app.screen.query_one("#first").children
            seen.append(first)
            await pilot.press("v")
            await until(pilot, lambda: pilot.app.screen.query_one("#first").children[0] not in seen, f"view {count}")
        assert [getattr(view, "view", "") for view in seen] == pane.step.show

    play(lab, scene, at=place(lab, "mlp-xor", "train-xor"))
