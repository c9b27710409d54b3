"""Explorers in lines: what is typed turns, acts, takes back, tells."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest

from dltui.journal.progress import ProgressWriter
from dltui.lesson.find import Entry
from dltui.lesson.index import Held
from dltui.lesson.records import Explorer, Lesson
from dltui.plain.activity import Place
from dltui.plain.explore import HIGHEST, Exploring
from dltui.plain.talk import Talk

LINE = Explorer(id="line", title="A line", explorer="logistic", settings={"b": 0.0, "w": 1.0}, controls=["b", "w"])


def opened(tmp_path: Path, step: Explorer = LINE, *, spoken: bool = False) -> tuple[Exploring, StringIO]:
    target = StringIO()
    lesson = Lesson(format=1, id="l", title="L", minutes=1, goals=["g"], step=[step])
    entry = Entry(tmp_path / "l.toml", "1", "l", "L", held=Held(lesson))
    activity = Exploring(Place(entry, 0, ProgressWriter(tmp_path), Talk(StringIO(), target, spoken=spoken)))
    activity.begin()
    return activity, target


def said(activity: Exploring, target: StringIO, line: str) -> str:
    before = target.tell()
    activity.take(line)
    return target.getvalue()[before:]


def test_turning_shows_the_new_state_and_undo_the_old_one(tmp_path: Path) -> None:
    activity, target = opened(tmp_path)
    assert "w = 1 " in target.getvalue() and not activity.done
    assert said(activity, target, "w=2").startswith("w = 2\n")
    assert activity.done
    assert said(activity, target, "undo").startswith("w = 1\n")
    assert "nothing to take back" in said(activity, target, "undo")


@pytest.mark.parametrize(("line", "starts"), [
    ("set w 3", "w = 3"), ("w 3", "w = 3"), ("w = 3", "w = 3"), ("w+", "w = 1.1"), ("b=1 w=2", "b = 1\nw = 2"),
    ("w=99", "w = 10"), ("w-", "w = 0.9"),
])  # fmt: skip
def test_ways_to_turn(tmp_path: Path, line: str, starts: str) -> None:
    activity, target = opened(tmp_path)
    assert said(activity, target, line).startswith(starts)


@pytest.mark.parametrize(("line", "told"), [
    ("w=much", "expected a number from -10 to 10"), ("w=nan", "expected a number"), ("v=2", "no control “v” here"),
    ("x=2", "no control “x” here"), ("bb=1", "did you mean b?"),
])  # fmt: skip
def test_what_cannot_be_turned_says_what_can(tmp_path: Path, line: str, told: str) -> None:
    activity, target = opened(tmp_path)
    assert told in said(activity, target, line)
    assert not activity.done


def test_what_is_no_command_of_an_explorer_is_left_to_the_tour(tmp_path: Path) -> None:
    activity, _ = opened(tmp_path)
    assert not activity.take("fly")
    assert activity.take(activity.commands[0][0]), "a key acts"


def test_the_state_is_printed_whole_again_and_reset_begins_anew(tmp_path: Path) -> None:
    activity, target = opened(tmp_path)
    first = target.getvalue()
    said(activity, target, "w=2")
    said(activity, target, "b=3")
    assert said(activity, target, "reset").startswith("b = 0\nw = 1\n")
    assert said(activity, target, "state").strip() == first.strip()
    assert said(activity, target, "undo").startswith("b = 3\nw = 2\n"), "a reset can be taken back"


def test_pictures_take_the_rows_they_need(tmp_path: Path) -> None:
    _, target = opened(tmp_path)
    picture = target.getvalue().split("decision point")[0].strip("\n").splitlines()
    assert 6 < len(picture) <= HIGHEST
    assert not any(line.endswith(" ") for line in picture)
    slide = Explorer(id="s", title="S", explorer="convolution")
    _, target = opened(tmp_path, slide)
    table = target.getvalue().split("columns: ")[0].strip("\n").splitlines()
    assert len(table) > 8 and table[-1].strip(), "all four tables, no blank rows"
    assert "map" in target.getvalue()


def test_for_ears_only_what_has_changed_and_tables_by_rows(tmp_path: Path) -> None:
    activity, target = opened(tmp_path, spoken=True)
    assert "│" not in target.getvalue() and target.getvalue().isascii()
    turned = said(activity, target, "b=1")
    assert turned.startswith("b = 1\n") and "rise" not in turned, "it is as steep as it was"
    _, target = opened(tmp_path, Explorer(id="s", title="S", explorer="convolution"), spoken=True)
    assert "image 5 by 6:\nrow 1: " in target.getvalue()
    assert " marked, " in target.getvalue()
