"""The course screen: what is listed, what is broken, what is found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from played import make_lab, place, play, same_screen, text, until
from textual.pilot import Pilot

from dltui.journal.progress import Done, Visited
from dltui.places import lessons_dir
from dltui.tui.course import CourseScreen
from dltui.tui.lab import Lab
from dltui.tui.lesson import LessonScreen

BROKEN = 'format = 1\nid = "broken"\ntitle = "Broken"\nminutes = 3\ngoals = ["none"]\nstrde = 2\nstep = []\n'


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 12)])
def test_the_course_looks_as_recorded(lab: Lab, size: tuple[int, int], update: bool) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: "perceptron" in text(pilot) or "too small" in text(pilot), "the course")
        await same_screen(pilot, f"course-{size[0]}x{size[1]}", update)

    play(lab, scene, size=size)


def test_a_broken_lesson_is_listed_with_its_error_and_the_others_open(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "90-broken.toml").write_text(BROKEN)
    lab = make_lab(tmp_path, [own, lessons_dir()])

    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: "✗" in text(pilot), "the broken lesson")
        assert "strde" in text(pilot)
        await pilot.press("end", "enter")
        await until(pilot, lambda: "has errors" in text(pilot), "the errors")
        assert isinstance(pilot.app.screen, CourseScreen)
        await pilot.press("home", "down", "up", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, LessonScreen), "a lesson")

    play(lab, scene)


def test_search_narrows_the_list_and_escape_brings_all_back(lab: Lab) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await pilot.press("slash", *"xor")
        await until(pilot, lambda: "The perceptron and SGD" not in text(pilot).split("│")[0], "fewer lessons")
        assert "XOR, hidden layers" in text(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: "The perceptron and SGD" in text(pilot), "all lessons")

    play(lab, scene)


def test_progress_shows_and_the_lesson_reopens_at_the_last_step(lab: Lab) -> None:
    entry, _ = place(lab, "mlp-xor", "by-hand")
    assert entry.lesson is not None
    third = entry.lesson.step[2].id
    lab.record(Done(lesson="mlp-xor", step_id=entry.lesson.step[0].id))
    lab.record(Visited(lesson="mlp-xor", step_id=third))

    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: "◐" in text(pilot), "the begun lesson")
        assert f"1/{entry.steps}" in text(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: f"3/{entry.steps} {entry.lesson.step[2].title}" in text(pilot), "the third step")

    play(lab, scene)


def test_the_palette_opens_a_step_by_name(lab: Lab) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await pilot.press("ctrl+p", *"let it learn xor")
        await until(pilot, lambda: "Let it learn XOR" in text(pilot), "the step in the palette")
        await pilot.press("down", "enter")
        await until(pilot, lambda: "Let it learn XOR" in text(pilot).split("\n")[0], "the step")

    play(lab, scene)
