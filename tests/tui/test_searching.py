"""Searching in a lesson: what is found, what is marked, and that keys mean again what they meant."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from played import place, play, text, until
from rich.text import Text
from textual.pilot import Pilot
from textual.widgets import Static

from dltui.tui.course import CourseScreen
from dltui.tui.lab import Lab
from dltui.tui.lesson import LessonScreen
from dltui.tui.reading import Reading
from dltui.tui.searching import found, pattern


@given(st.lists(st.text(alphabet="ab \n", max_size=12), max_size=5), st.text(alphabet="ab ", max_size=4),
       st.integers(0, 4))  # fmt: skip
def test_places_come_in_order_and_the_search_begins_here(texts: list[str], words: str, here: int) -> None:
    there = found(texts, [""] * len(texts), words, here)
    if not words.strip():
        assert there is None
        return
    count = sum(len(pattern(words).findall(each)) for each in texts)
    assert (there is None) == (count == 0)
    if there is not None:
        assert len(there.places) == count and list(there.places) == sorted(there.places)
        later = [place for place in there.places if place.step >= here]
        assert there.places[there.at] == (later[0] if later else there.places[0])


def test_words_are_found_over_the_end_of_a_line_and_in_any_case() -> None:
    assert pattern("hidden  Units").search("of HIDDEN\n   units")
    assert pattern("a.b").search("axb") is None


def test_a_question_counts_once_behind_the_text_of_its_step() -> None:
    there = found(["a loss", "none"], ["loss, loss", "the loss"], "loss", 1)
    assert there is not None
    assert there.places == ((0, 0), (0, -1), (1, -1)) and there.told == "“loss” 3 of 3, in a question"


def told(pilot: Pilot[Any], what: str) -> bool:
    return what in last(pilot)


def last(pilot: Pilot[Any]) -> str:
    return text(pilot).splitlines()[-1]


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
def test_matches_are_marked_counted_and_walked_through(lab: Lab, size: tuple[int, int]) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await pilot.press("slash", *"corner", "enter")
        await until(pilot, lambda: "“corner” 1 of" in last(pilot), "the first match")
        screen = pilot.app.screen
        assert isinstance(screen, LessonScreen) and screen.found is not None
        total, places = len(screen.found.places), screen.found.places
        assert 4 < total < 20 and {place.step for place in places} != {screen.index}
        seen = []
        for number in range(2, total + 1):
            await pilot.press("n")
            await until(pilot, partial(told, pilot, f"{number} of {total}"), f"match {number}")
            assert screen.index == places[number - 1].step
            reading = screen.query_one(Reading)
            if places[number - 1].number >= 0:
                await until(pilot, partial(in_sight, reading), "a mark in sight")
                seen.append(marked(reading))
        assert len(seen) > 2 and {word.lower() for word in seen} == {"corner"}
        await pilot.press("n")
        await until(pilot, lambda: f"1 of {total}" in last(pilot), "the first one again")
        await pilot.press("N")
        await until(pilot, lambda: f"{total} of {total}" in last(pilot), "the last one")
        here = screen.index
        await pilot.press("escape")
        await until(pilot, lambda: screen.found is None and "of" not in last(pilot), "the end of the search")
        await pilot.press("p")
        await until(pilot, lambda: screen.index == here - 1, "p is the step before, as ever")
        await pilot.press("n")
        await until(pilot, lambda: screen.index == here, "n is the next step, as ever")

    play(lab, scene, at=place(lab, "mlp-xor", "lines"), size=size)


def in_sight(reading: Reading) -> bool:
    return bool(marked(reading))


def marked(reading: Reading) -> str:
    """What is shown in reverse on the lines that are in sight."""
    body = reading.query_one(Static).content
    assert isinstance(body, Text)
    for span in body.spans:
        if "reverse" in str(span.style):
            line = body.plain.count("\n", 0, span.start)
            if reading.scroll_y <= line < reading.scroll_y + reading.size.height:
                return body.plain[span.start : span.end]
    return ""


def test_what_is_nowhere_is_told_and_escape_leads_out_step_by_step(lab: Lab) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await pilot.press("slash", *"zebra", "enter")
        await until(pilot, lambda: "nowhere in this lesson" in text(pilot), "that it is nowhere")
        await pilot.press("escape")
        await until(pilot, lambda: not pilot.app.screen.has_class("-searching"), "no field")
        assert isinstance(pilot.app.screen, LessonScreen)
        await pilot.press("slash", *"loss", "enter")
        await until(pilot, lambda: "“loss”" in last(pilot), "a search")
        await pilot.press("q")
        await until(pilot, lambda: "“loss”" not in last(pilot), "the lesson without a search")
        await pilot.press("q")
        await until(pilot, lambda: isinstance(pilot.app.screen, CourseScreen), "the course")

    play(lab, scene, at=place(lab, "mlp-xor", "train-xor"))
