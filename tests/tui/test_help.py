"""Help over the lesson: all of it can be read, whatever the size of the terminal."""

from __future__ import annotations

from typing import Any

import pytest
from played import place, play, text, until
from textual.pilot import Pilot

from dltui.tui.lab import Lab


@pytest.mark.parametrize("size", [(60, 16), (80, 24)])
def test_no_line_is_cut_off(lab: Lab, size: tuple[int, int]) -> None:
    """`One question at a time; a wrong answer says why it is wrong …` is longer than a narrow screen."""

    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: "? help" in text(pilot), "the lesson")
        await pilot.press("tab")
        await until(pilot, lambda: "Question 1" in text(pilot), "the quiz")
        await pilot.press("question_mark")
        await until(pilot, lambda: "a wrong answer says why it is" in words(pilot), "the help")
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: "a wrong answer says why it is" in words(pilot), "the help in a wide terminal")
        await pilot.resize_terminal(*size)
        await until(pilot, lambda: "a wrong answer says why it is" in words(pilot), "the help as before")

    play(lab, scene, at=place(lab, "perceptron-sgd", "score"), size=size)


def words(pilot: Pilot[Any]) -> str:
    """On the screen, without frames and breaks of lines."""
    return " ".join(text(pilot).translate(dict.fromkeys(map(ord, "│╭╮╰╯─▁▂▃▄▅▆▇"))).split())
