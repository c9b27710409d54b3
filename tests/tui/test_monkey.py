"""A short visit of the monkey, always the same one; `tests/bench/monkey.py` stays longer."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from played import begun, make_lab, place, play, text, until
from textual.css.query import NoMatches
from textual.pilot import Pilot
from textual.widgets import OptionList

from dltui.tui.course import CourseScreen
from dltui.tui.experiment.pane import ExperimentPane
from dltui.tui.explorer import ExplorerPane
from dltui.tui.gradient.bugs import BugScreen
from dltui.tui.gradient.screen import GradientScreen
from dltui.tui.lesson import LessonScreen
from dltui.tui.quiz import QuizPane


@pytest.fixture
def monkey(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module, at home in a folder that may be filled."""
    for name in ("DLTUI_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.chdir(tmp_path)
    spec = importlib.util.spec_from_file_location("monkey", Path(__file__).parent.parent / "bench" / "monkey.py")
    assert spec is not None and spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "monkey", found)
    spec.loader.exec_module(found)
    return found


def test_nothing_that_is_typed_or_clicked_crashes_the_screen(monkey: ModuleType, tmp_path: Path) -> None:
    lab, hand = monkey.laboratory(tmp_path, False), monkey.Monkey(3)
    try:
        for _ in range(3):
            monkey.one_play(hand, lab, 25)
    finally:
        print(*hand.trail)
        lab.close()


def typed(pilot: Pilot[Any], monkey: ModuleType, *keys: str) -> None:
    """At once, as a paste or a slow connection delivers it."""
    for key in keys:
        monkey.Monkey(0).press(pilot, key)


def test_steps_hammered_end_at_the_step_they_count_to(tmp_path: Path, monkey: ModuleType) -> None:
    lab = make_lab(tmp_path)

    async def scene(pilot: Pilot[Any]) -> None:
        for gap in (0.0, 0.05, 0.1, 0.11):  # the activity follows its text by about a tenth of a second
            for key in "npnpnpn":
                typed(pilot, monkey, key)
                await asyncio.sleep(gap)
            typed(pilot, monkey, "p")
        await until(pilot, lambda: " › 2/" in text(pilot), "the step after as many back as forth")
        screen = pilot.app.screen
        assert isinstance(screen, LessonScreen)
        await until(pilot, lambda: screen.activity is not None, "its activity")
        assert len(screen.query("#activity > *")) == 1

    play(lab, scene, at=(place(lab, "basics-logistic", "line")[0], 1))


def test_keys_typed_ahead_wait_for_the_screen_they_come_to(tmp_path: Path, monkey: ModuleType) -> None:
    lab = make_lab(tmp_path)

    async def scene(pilot: Pilot[Any]) -> None:
        await begun(pilot, ExplorerPane)
        typed(pilot, monkey, "question_mark", "escape", "question_mark", "escape", "q")
        await until(pilot, lambda: isinstance(pilot.app.screen, CourseScreen), "the course")
        typed(pilot, monkey, "enter", "enter", "n")
        await until(pilot, lambda: isinstance(pilot.app.screen, LessonScreen), "a lesson")
        assert sum(isinstance(screen, LessonScreen) for screen in pilot.app.screen_stack) == 1

    play(lab, scene, at=place(lab, "perceptron-sgd", "five-updates"))


def test_a_second_enter_in_the_list_of_bugs_closes_nothing_more(tmp_path: Path) -> None:
    lab = make_lab(tmp_path)

    async def scene(pilot: Pilot[Any]) -> None:
        await begun(pilot, ExperimentPane)
        await pilot.press("g")
        await until(pilot, lambda: "WRONG ×16" in text(pilot), "the report")
        await pilot.press("b")
        await until(pilot, lambda: isinstance(pilot.app.screen, BugScreen), "the bugs")
        bugs = pilot.app.screen.query_one(OptionList)
        bugs.action_select()
        bugs.action_select()
        await until(pilot, lambda: not isinstance(pilot.app.screen, BugScreen), "the report again")
        await pilot.pause()
        assert isinstance(pilot.app.screen, GradientScreen)

    play(lab, scene, at=place(lab, "mlp-xor", "train-xor"))


def test_questions_asked_for_at_once_leave_one_on_the_screen(tmp_path: Path) -> None:
    lab = make_lab(tmp_path)

    async def scene(pilot: Pilot[Any]) -> None:
        quiz = await begun(pilot, QuizPane)
        await asyncio.gather(*(quiz.action_question(1) for _ in range(3)))
        assert len(quiz.query("Entry, Input")) == 1

    play(lab, scene, at=place(lab, "mlp-xor", "last"))


def test_a_step_done_while_it_is_left_is_the_one_that_counts(tmp_path: Path) -> None:
    lab = make_lab(tmp_path)

    async def scene(pilot: Pilot[Any]) -> None:
        quiz = await begun(pilot, QuizPane)
        screen = pilot.app.screen
        assert isinstance(screen, LessonScreen)
        late = QuizPane.Passed(quiz._step.id)
        await screen.action_go(-1)
        screen.post_message(late)
        await until(pilot, lambda: lab.progress.done("mlp-xor") == {"last"}, "the quiz")

    play(lab, scene, at=place(lab, "mlp-xor", "last"))


def test_only_what_is_taken_away_may_miss_its_parts(tmp_path: Path) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        app = pilot.app
        app.exit()
        app._handle_exception(NoMatches("gone"))
        assert app._exception is None
        app._handle_exception(ValueError("a real one"))

    with pytest.raises(ValueError, match="a real one"):
        play(make_lab(tmp_path), scene)


def test_lists_fit_a_terminal_of_one_cell(tmp_path: Path) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: "perceptron" in text(pilot), "the course")
        await pilot.press("ctrl+p")
        await until(pilot, lambda: "palette" in type(pilot.app.screen).__name__.lower(), "the palette")
        await until(pilot, lambda: pilot.app.screen.query_one(OptionList).option_count > 0, "its list")
        for size in ((1, 1), (2, 5), (5, 2), (80, 24)):
            await pilot.resize_terminal(*size)
        await until(pilot, lambda: "Search for commands" in text(pilot), "the palette as it was")

    play(make_lab(tmp_path), scene, size=(80, 24))


def test_a_list_that_is_not_laid_out_has_no_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def move_page(self: OptionList, direction: int) -> None:
        raise KeyError(1)  # as Textual does

    async def scene(pilot: Pilot[Any]) -> None:
        monkeypatch.setattr(OptionList, "_move_page", move_page)
        courses = pilot.app.screen.query_one(OptionList)
        assert not await pilot.app.run_action("page_down", courses)

    play(make_lab(tmp_path), scene)
