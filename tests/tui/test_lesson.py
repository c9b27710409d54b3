"""The lesson screen: steps, halves, keys, and the explorer beside the text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from played import Player, begun, make_lab, place, play, same_screen, text, until
from textual.pilot import Pilot

from dltui.tui.activity import Activity
from dltui.tui.course import CourseScreen
from dltui.tui.engine import EngineState
from dltui.tui.explorer import ExplorerPane
from dltui.tui.lab import Lab
from dltui.tui.lesson import LessonScreen


def test_a_step_in_a_terminal_that_is_too_small_looks_as_recorded(lab: Lab, update: bool) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: "too small" in text(pilot), "too small")
        await same_screen(pilot, "rule-40x12", update)

    play(lab, scene, at=place(lab, "perceptron-sgd", "rule"), size=(40, 12))


def test_the_demo_of_five_updates_counts_31_6_6_6_6_7(lab: Lab) -> None:
    seen = []

    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: "of 50" in text(pilot), "the count")
        for update in range(6):
            await until(pilot, lambda done=update: _fact(pilot, "updates") == str(done), f"update {update}")
            seen.append(int(_fact(pilot, "wrong points").split()[0]))
            await pilot.press("u")

    play(lab, scene, at=place(lab, "perceptron-sgd", "five-updates"))
    assert seen == [31, 6, 6, 6, 6, 7]


def test_an_explorer_that_does_not_start_says_so_and_the_lesson_goes_on(tmp_path: Path) -> None:
    steps = "".join(f"[[step]]\nid = '{name}'\ntitle = '{name}'\nkind = 'explore'\nexplorer = 'pooling'\n{more}\n"
                    for name, more in (("bad", "settings = { stride = 0 }"), ("good", "")))
    (tmp_path / "10-small.toml").write_text(
        f"format = 1\nid = 'small'\ntitle = 'Small'\nminutes = 5\ngoals = ['play']\n{steps}")
    lab = make_lab(tmp_path, [tmp_path])

    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: "not at 0" in text(pilot) and "dltui lint" in text(pilot), "the refusal")
        await pilot.press("n")
        await begun(pilot, ExplorerPane)

    play(lab, scene, at=place(lab, "small", "bad"))


def _fact(pilot: Pilot[Any], label: str) -> str:
    """The value of one of the explorer's numbers as it stands on the screen."""
    found = re.search(rf"│ {label}\s+(.*)", text(pilot))
    return found.group(1).strip() if found else ""


def test_every_change_of_an_explorer_can_be_undone(lab: Lab) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        pane = await begun(pilot, ExplorerPane)
        first = pane.state
        await pilot.press("right", "down", "right", "minus", "u", "e")
        await until(pilot, lambda: len(pane._past) == 5, "five changes")
        assert pane.state != first
        await pilot.press(*["backspace"] * 5)
        await until(pilot, lambda: pane.state == first, "the first state")

    play(lab, scene, at=place(lab, "basics-logistic", "downhill"))


def test_steps_go_forth_and_back_and_q_leads_to_the_course(lab: Lab) -> None:
    where = place(lab, "basics-logistic", "line")
    steps = where[0].steps

    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: f" 1/{steps} " in text(pilot), "the first step")
        await pilot.press("p")
        await until(pilot, lambda: "first step" in text(pilot), "the notice that there is nothing before")
        await pilot.press("n", "n")
        await until(pilot, lambda: f" 3/{steps} " in text(pilot), "the third step")
        await pilot.press("p")
        await until(pilot, lambda: f" 2/{steps} " in text(pilot), "the second step")
        await pilot.press("q")
        await until(pilot, lambda: isinstance(pilot.app.screen, CourseScreen), "the course")

    play(lab, scene, at=where)


def test_the_end_of_a_lesson_names_what_is_open_and_leads_on(lab: Lab) -> None:
    entry, _ = place(lab, "basics-logistic", "line")
    assert entry.lesson is not None
    steps = entry.steps

    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: f" {steps}/{steps} " in text(pilot), "the last step")
        await pilot.press("n")
        await until(pilot, lambda: f"0 of {steps} steps done" in text(pilot), "the card")
        await pilot.press("escape")
        await until(pilot, lambda: "steps done" not in text(pilot), "the lesson again")
        await pilot.press("n")
        await until(pilot, lambda: f"0 of {steps} steps done" in text(pilot), "the card again")
        await pilot.press("enter")
        await until(pilot, lambda: f" 1/{steps} " in text(pilot), "the first open step")
        await pilot.press(*["n"] * (steps - 1))
        await until(pilot, lambda: f"{steps}/{steps}" in text(pilot), "the last step")
        await pilot.press("n")
        await until(pilot, lambda: "steps done" in text(pilot), "the card")
        await pilot.press("n")
        await until(pilot, lambda: "3 The perceptron and SGD › 1/15" in text(pilot), "the next lesson")

    play(lab, scene, at=(entry, steps - 1))


def test_an_explorer_is_found_as_it_was_left(lab: Lab) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await begun(pilot, ExplorerPane)
        await pilot.press("u", "u")
        await until(pilot, lambda: _fact(pilot, "updates") == "2", "two updates")
        await pilot.press("n", "p")
        await until(pilot, lambda: _fact(pilot, "updates") == "2", "the two updates again")
        await pilot.press("backspace")
        await until(pilot, lambda: _fact(pilot, "updates") == "1", "one taken back")

    play(lab, scene, at=place(lab, "perceptron-sgd", "five-updates"))


def test_keys_of_the_activity_work_while_the_text_has_the_focus(lab: Lab) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await begun(pilot, ExplorerPane)
        await pilot.press("tab", "u")
        await until(pilot, lambda: _fact(pilot, "updates") == "1", "an update")

    play(lab, scene, at=place(lab, "perceptron-sgd", "five-updates"))


@pytest.mark.parametrize("size", [(60, 16), (61, 17), (99, 24), (100, 24), (300, 80), (20, 5), (1, 1)])
def test_odd_sizes_draw_something_and_raise_nothing(lab: Lab, size: tuple[int, int]) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        for key in ("tab", "n", "n", "tab", "question_mark", "escape"):
            await pilot.press(key)
            await pilot.pause()
        for wide, high in ((60, 16), (10, 40), (140, 50), (80, 24), (3, 3)):
            await pilot.resize_terminal(wide, high)
            await pilot.pause()
        await pilot.resize_terminal(*size)
        await pilot.pause()
        assert text(pilot).strip() or size == (1, 1)

    play(lab, scene, at=place(lab, "perceptron-sgd", "five-updates"), size=size)


def test_help_tells_what_to_do_here(lab: Lab) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await begun(pilot, ExplorerPane)
        await pilot.press("question_mark")
        await until(pilot, lambda: "choose a control" in text(pilot), "help for explorers")
        assert "super+c" not in text(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: "choose a control" not in text(pilot), "the lesson")

    play(lab, scene, at=place(lab, "perceptron-sgd", "five-updates"))


def test_an_activity_is_begun_once_however_often_its_step_is_come_to(lab: Lab) -> None:
    """Back and forth within a moment leaves two orders for the same step."""

    async def scene(pilot: Pilot[Any]) -> None:
        screen = pilot.app.screen
        assert isinstance(screen, LessonScreen)
        await until(pilot, lambda: screen.activity is not None and screen.activity.is_mounted, "the activity")
        await screen._begin_activity(screen.index)
        await pilot.pause()
        assert len(screen.query(Activity)) == 1

    play(lab, scene, at=place(lab, "mlp-xor", "lines"))


def test_the_status_line_says_by_itself_that_the_engine_is_there(tmp_path: Path) -> None:
    player = Player()
    player.state = EngineState("warming", "engine warming up")

    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: "engine warming up" in text(pilot), "the warm-up")
        player.state = EngineState("ready", "cpu")
        await until(pilot, lambda: "seed 0 · cpu" in text(pilot), "the device")

    lab = make_lab(tmp_path, player=player)
    play(lab, scene, at=place(lab, "mlp-xor", "train-xor"))
