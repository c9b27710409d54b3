"""The gradient view: a recorded report is played to it, no engine runs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import isnan, nan
from pathlib import Path
from typing import Any

import pytest
from played import Player, begun, make_lab, place, play, same_screen, text, until
from textual.pilot import Pilot

from dltui.journal.work import Check, Probe
from dltui.tui.engine import EngineState
from dltui.tui.experiment.pane import ExperimentPane
from dltui.tui.gradient.bugs import BugScreen
from dltui.tui.gradient.heatmap import worst
from dltui.tui.gradient.hunt import Hunt
from dltui.tui.gradient.pane import GradientPane
from dltui.tui.gradient.screen import GradientScreen
from dltui.tui.lab import Lab

AT = ("mlp-xor", "train-xor")


@pytest.fixture
def player() -> Player:
    return Player()


@pytest.fixture
def lab(tmp_path: Path, player: Player) -> Lab:
    return make_lab(tmp_path, player=player)


async def opened(pilot: Pilot[Any]) -> None:
    """Press g on the experiment and wait for the report and its first curve."""
    if pilot.app.size.width < 100:
        await until(pilot, lambda: "try it" in text(pilot), "the text half")
        await pilot.press("tab")
    await begun(pilot, ExperimentPane)
    await pilot.press("g")
    await until(pilot, lambda: isinstance(pilot.app.screen, GradientScreen), "the gradient view")
    await until(pilot, lambda: "WRONG ×16" in text(pilot), "the report")
    await until(pilot, lambda: "error against step size" in text(pilot), "the V-curve")


def asked(player: Player, kind: type[Check] | type[Probe]) -> Sequence[Any]:
    return [work for work in player.work if isinstance(work, kind)]


def row(pilot: Pilot[Any]) -> str:
    """The tensor in hand."""
    (found,) = (line for line in text(pilot).splitlines() if line.strip().startswith("▸"))
    return found.split()[1]


def element(pilot: Pilot[Any]) -> str:
    """The element in hand, such as `0.weight[2,1]`."""
    found = re.findall(r"\d+\.(?:weight|bias)\[[\d,]+\]", text(pilot))
    assert found, text(pilot)
    return str(found[-1])


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
def test_the_report_looks_as_recorded(lab: Lab, size: tuple[int, int], update: bool) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await opened(pilot)
        await same_screen(pilot, f"gradient-{size[0]}x{size[1]}", update)

    play(lab, scene, at=place(lab, *AT), size=size)


def test_where_a_cell_shows_one_value_no_wrong_row_is_averaged_away() -> None:
    found = worst([3.0, -4.0, nan, nan], [-4.0, 3.0, -1.0, nan])
    assert found[:3] == [3.0, 3.0, -1.0] and isnan(found[3])


def test_g_checks_the_model_of_the_moment_and_shows_verdict_table_and_curve(lab: Lab, player: Player) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await begun(pilot, ExperimentPane)
        await pilot.press("minus", "g")
        await until(pilot, lambda: "error against step size" in text(pilot), "the V-curve")
        shown = text(pilot)
        assert "16 of 33 elements wrong, in 0.weight" in shown
        assert all(name in shown for name in ("0.weight", "0.bias", "2.weight", "2.bias", "finite difference", "±"))
        assert "4 is the batch size" in shown
        assert "log₁₀(error ÷ tolerance)" in shown

    play(lab, scene, at=place(lab, *AT))
    (check,), (probe,) = asked(player, Check), asked(player, Probe)
    assert check.check["model"][0]["out"] == 4, "one knob turn below 8"
    assert (check.mode, check.check["batch"], check.check.get("bug", "none")) == ("full", 4, "none")
    assert (probe.run, probe.folder, probe.tensor, probe.place) == (check.run, check.folder, "0.weight", 0)


def test_arrows_choose_a_tensor_and_ask_for_the_curve_of_its_worst_element(lab: Lab, player: Player) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await opened(pilot)
        assert (row(pilot), element(pilot)) == ("0.weight", "0.weight[0,0]")
        for name in ("0.bias", "2.weight", "2.bias", "0.weight"):
            await pilot.press("down")
            await until(pilot, lambda name=name: row(pilot) == name, name)  # type: ignore[misc]
        await pilot.press("up")
        await until(pilot, lambda: row(pilot) == "2.bias", "the last tensor")
        await until(pilot, lambda: "error against step size" in text(pilot), "its curve")

    play(lab, scene, at=place(lab, *AT))
    assert [probe.tensor for probe in asked(player, Probe)] == ["0.weight", "0.bias", "2.weight", "2.bias"]


def test_enter_leads_into_the_map_arrows_move_and_escape_leads_out_and_back(lab: Lab, player: Player) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await opened(pilot)
        await pilot.press("right")
        assert element(pilot) == "0.weight[0,0]", "not in the map yet"
        await pilot.press("enter", "right", "down", "down")
        await until(pilot, lambda: element(pilot) == "0.weight[2,1]", "the element moved to")
        await until(pilot, lambda: "error against step size" in text(pilot), "its curve")
        await pilot.press("left", "left", *["up"] * 5)
        await until(pilot, lambda: element(pilot) == "0.weight[0,0]", "the corner")
        await pilot.press("w")
        await until(pilot, lambda: element(pilot) != "0.weight[0,0]", "another bad element")
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, GradientScreen)
        await pilot.press("down")
        await until(pilot, lambda: row(pilot) == "0.bias", "tensors again")
        await pilot.press("escape")
        await until(pilot, lambda: bool(pilot.app.screen.query(ExperimentPane)), "the experiment")

    play(lab, scene, at=place(lab, *AT))
    assert len({(probe.tensor, probe.place) for probe in asked(player, Probe)}) == len(asked(player, Probe))


@pytest.mark.parametrize("key", ["g", "q"])
def test_the_way_back_is_short(lab: Lab, key: str) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await opened(pilot)
        await pilot.press(key)
        await until(pilot, lambda: bool(pilot.app.screen.query(ExperimentPane)), "the experiment")

    play(lab, scene, at=place(lab, *AT))


def test_b_lists_bugs_of_the_layer_and_what_is_behind_it_and_sends_the_one_chosen(lab: Lab, player: Player) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await opened(pilot)
        await pilot.press("b")
        await until(pilot, lambda: isinstance(pilot.app.screen, BugScreen), "the bugs")
        shown = text(pilot)
        assert "Linear(2→8)" in shown
        assert "nothing: every layer's own backward" in shown
        assert "the weight gradient has the wrong sign" in shown
        assert "the activation's derivative is left out (layer 1, behind it)" in shown
        await pilot.press("down", "enter")
        await until(pilot, lambda: "bug planted in layer 0: sign" in text(pilot), "the new report")
        await pilot.press("r")
        await until(pilot, lambda: "16 of 33" in text(pilot) and "bug planted" not in text(pilot), "the honest report")
        await pilot.press("b")
        await until(pilot, lambda: isinstance(pilot.app.screen, BugScreen), "the bugs")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, GradientScreen), "the view")

    play(lab, scene, at=place(lab, *AT))
    sent = [(check.check.get("bug", "none"), check.check.get("layer", 0)) for check in asked(player, Check)]
    assert sent == [("none", 0), ("sign", 0), ("none", 0)]
    assert len({check.run for check in asked(player, Check)}) == 3, "each check has a run of its own"


def test_m_checks_by_module_and_back_and_t_again(lab: Lab, player: Player) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await opened(pilot)
        for key, mode in (("m", "modular"), ("t", "modular"), ("m", "full")):
            before = len(player.work)
            await pilot.press(key)
            await until(pilot, lambda before=before: len(player.work) > before, "the order")  # type: ignore[misc]
            await until(pilot, lambda mode=mode: f"· {mode}" in text(pilot), mode)  # type: ignore[misc]

    play(lab, scene, at=place(lab, *AT))
    assert [check.mode for check in asked(player, Check)] == ["full", "modular", "modular", "full"]


@pytest.mark.parametrize("size", [(60, 16), (61, 18), (99, 24), (100, 24), (200, 60), (20, 5), (1, 1)])
def test_no_size_raises_anything(lab: Lab, size: tuple[int, int]) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await opened(pilot)
        for wide, high in (size, (70, 18), (30, 50), (3, 3), size):
            await pilot.resize_terminal(wide, high)
            await pilot.press("enter", "down", "right", "w", "m", "r")
            await pilot.pause()
        assert text(pilot).strip() or size == (1, 1)

    play(lab, scene, at=place(lab, *AT))


def test_while_nothing_has_come_it_says_what_it_waits_for_and_a_dead_engine_is_told(tmp_path: Path) -> None:
    player = Player()
    player.checks, player.state = "", EngineState("warming", "engine warming up")
    lab = make_lab(tmp_path, player=player)

    async def scene(pilot: Pilot[Any]) -> None:
        await begun(pilot, ExperimentPane)
        await pilot.press("g", "down", "enter", "right", "w", "b", "escape")
        await until(pilot, lambda: "importing PyTorch" in text(pilot), "the reason to wait")
        player.state = EngineState("ready", "cpu")
        await until(pilot, lambda: "checking every element" in text(pilot), "the wait")
        player.state = EngineState("dead", "the engine was killed (signal 9, SIGKILL)")
        await until(pilot, lambda: "The engine was killed (signal 9, SIGKILL). Press t" in text(pilot), "the news")
        player.state, player.checks = EngineState("ready", "cpu"), "gradient"
        await pilot.press("t")
        await until(pilot, lambda: "WRONG ×16" in text(pilot), "the report")

    play(lab, scene, at=place(lab, *AT))


def test_a_check_step_of_a_lesson_is_done_when_its_report_is_there(lab: Lab) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: bool(pilot.app.screen.query(GradientPane)), "the pane")
        await until(pilot, lambda: "WRONG ×16" in text(pilot), "the report")
        await until(pilot, lambda: "check" in lab.progress.done("train-backprop"), "the progress")

    play(lab, scene, at=place(lab, "train-backprop", "check"), size=(160, 45))


def test_a_hunt_keeps_the_hints_back_until_the_round_is_solved_and_goes_on(lab: Lab, player: Player) -> None:
    entry, index = place(lab, "train-backprop", "hunt")
    step = entry.lesson.step[index]

    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: "Round 1 of" in text(pilot), "the first round")
        await until(pilot, lambda: "WRONG ×16" in text(pilot), "the report")
        assert "batch size: a missing" not in text(pilot)
        assert "bug planted" not in text(pilot)
        pane = pilot.app.screen.query_one(GradientPane)
        worst = pane.tensor
        await pilot.press("right")
        await until(pilot, lambda: pane.tensor is not worst, "another tensor")
        await pilot.press("left")
        await until(pilot, lambda: pane.tensor is worst, "the worst again")
        found = pilot.app.screen.query_one(Hunt).found
        for letter in "abcd":
            before = found.get(0)
            await pilot.press(letter)
            await until(pilot, lambda before=before: found.get(0) is not before, letter)  # type: ignore[misc]
            if found[0].outcome == "right":
                break
        await until(pilot, lambda: "4 is the batch size" in text(pilot), "the hint")
        assert "bug planted" in text(pilot)
        await pilot.press("N")
        await until(pilot, lambda: "Round 2 of" in text(pilot), "the second round")
        await until(pilot, lambda: "batch size: a missing" not in text(pilot), "no hint")
        await pilot.press("P")
        await until(pilot, lambda: "Round 1 of" in text(pilot), "the first round again")

    play(lab, scene, at=(entry, index), size=(160, 45))
    sent = [check.check.get("bug", "none") for check in asked(player, Check)]
    assert sent == [step.rounds[0].bug, step.rounds[1].bug, step.rounds[0].bug]
    answered = lab.progress.done("train-backprop")
    assert "hunt" not in answered, "nine rounds are open"


def test_a_small_terminal_cuts_nothing_of_a_hunt(lab: Lab) -> None:
    entry, index = place(lab, "train-backprop", "hunt")
    first = entry.lesson.step[index].rounds[0]

    async def scene(pilot: Pilot[Any]) -> None:
        await pilot.press("tab")
        await until(pilot, lambda: "WRONG ×16" in text(pilot), "the report")
        await until(pilot, lambda: all(each.text[:40] in text(pilot) for each in first.options), "every option")
        assert "log₁₀" not in text(pilot)
        found = pilot.app.screen.query_one(Hunt).found
        for letter in "abcd":
            before = found.get(0)
            await pilot.press(letter)
            await until(pilot, lambda before=before: found.get(0) is not before, letter)  # type: ignore[misc]
            if found[0].outcome == "right":
                break
        ending = first.told.split()[-1]
        await until(pilot, lambda: ending in text(pilot), "how the report gave it away")
        assert all(each.text[:40] in text(pilot) for each in first.options)
        await pilot.resize_terminal(120, 44)
        await until(pilot, lambda: "log₁₀" in text(pilot), "the map, where there is room")

    play(lab, scene, at=(entry, index), size=(80, 24))
