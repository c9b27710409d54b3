"""Explorers in lines: what is typed turns, acts, takes back, tells or quits."""

from __future__ import annotations

from io import StringIO

import pytest

from dltui.lesson.records import Explorer
from dltui.plain.explore import play
from dltui.plain.talk import Talk

STEP = Explorer(id="line", title="A line", explorer="logistic", settings={"b": 0.0, "w": 1.0}, controls=["b", "w"])


def played(typed: str) -> tuple[str, list[str]]:
    target = StringIO()
    left = play(STEP, Talk(StringIO(typed), target))
    return left, target.getvalue().split("explore > ")


@pytest.mark.parametrize(
    ("typed", "left"),
    [("", "passed"), ("\n", "passed"), ("w=2\n", "played"), ("w=2\nundo\n", "passed"), ("q\n", "quit"),
     ("w=2\nquit\n", "quit")],
)  # fmt: skip
def test_how_it_is_left(typed: str, left: str) -> None:
    assert played(typed)[0] == left


def test_a_turn_shows_the_new_state_and_undo_the_old_one() -> None:
    first, turned, back = played("w=2\nback\n")[1]
    assert "w = 1 " in first and "w = 2 " in turned and "w = 1 " in back
    assert back.split("\n", 1)[1] == first


def test_what_there_is_and_what_there_is_not() -> None:
    told = played("?\nundo\nfly\nw=much\n")[1]
    assert "b=…" in told[1] and "nothing to take back" in told[2] and "“fly” is nothing I know here" in told[3]
    assert all(len(line) <= 80 for part in told for line in part.splitlines()[1:] if "Actions" not in line)
