"""Y on the screen: what it hands out opens the same screen again."""

from __future__ import annotations

from typing import Any

from played import place, play, text, until
from textual.pilot import Pilot

from dltui.lesson.share import split
from dltui.tui.experiment.pane import ExperimentPane
from dltui.tui.explorer import ExplorerPane
from dltui.tui.lab import Lab
from dltui.tui.sharing import FILE


async def handed_out(pilot: Pilot[Any], lab: Lab) -> str:
    """What Y wrote, after the screen has said so."""
    file = lab.state.folder / FILE
    file.unlink(missing_ok=True)
    await pilot.press("Y")
    await until(pilot, lambda: file.exists() and file.read_text() != "", "the file")
    await until(pilot, lambda: "Opens what is here" in text(pilot), "the notice")
    assert pilot.app.clipboard == file.read_text().rstrip()
    return file.read_text().split()[1]


def test_an_explorer_comes_back_as_it_was_played_with(lab: Lab) -> None:
    seen: dict[str, Any] = {}

    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: bool(pilot.app.screen.query(ExplorerPane)), "the explorer")
        pane = pilot.app.screen.query_one(ExplorerPane)
        pane.focus()
        await pilot.press("right", "u", "u", "u", "backspace")
        await until(pilot, lambda: len(pane.moves()) == 2 and pane.moves()[-1].times == 2, "the moves")
        seen["text"], seen["state"] = await handed_out(pilot, lab), pane.state
        await pilot.press("r")
        await until(pilot, lambda: pane.state != seen["state"], "the start")
        assert pane.moves() == ()

    play(lab, scene, at=place(lab, "cnn-size", "slide"))

    async def again(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: bool(pilot.app.screen.query(ExplorerPane)), "the explorer")
        pane = pilot.app.screen.query_one(ExplorerPane)
        assert pane.state == seen["state"]
        await pilot.press("backspace")
        await until(pilot, lambda: pane.moves() == (), "what came before it")

    where, moves = split(seen["text"])
    assert where == "cnn-size/slide"
    lab.explored.clear()
    lab.shared["cnn-size", "slide"] = moves
    play(lab, again, at=place(lab, "cnn-size", "slide"))


def test_an_experiment_opens_with_the_settings_of_a_share_string(lab: Lab) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: bool(pilot.app.screen.query(ExperimentPane)), "the experiment")
        pane = pilot.app.screen.query_one(ExperimentPane)
        assert (pane.settings.experiment.seed, pane.settings.experiment.optimizer.lr) == (3, 0.125)
        await until(pilot, lambda: "also set: lr 0.125" in text(pilot), "what no knob shows")
        assert await handed_out(pilot, lab) == "mlp-xor/train-xor@seed=3,lr=0.125"
        pane.focus()
        await pilot.press("r")
        await until(pilot, lambda: "also set" not in text(pilot), "the lesson's own settings")
        assert pane.moves() == ()

    lab.shared["mlp-xor", "train-xor"] = split("x@lr=0.125,seed=3")[1]
    play(lab, scene, at=place(lab, "mlp-xor", "train-xor"))
