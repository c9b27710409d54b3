"""A few kills at random moments; `tests/bench/kills.py` does hundreds."""

from __future__ import annotations

from pathlib import Path
from random import Random

from campaign import kill_screens, kill_workers


def test_screens_that_are_killed_take_nothing_along(tmp_path: Path) -> None:
    found = kill_screens(tmp_path, 6, Random(7))
    assert found.wrong == []
    assert (found.kills, found.attached) == (6, 5)


def test_engines_that_are_killed_lose_no_line_and_others_take_up_their_run(tmp_path: Path) -> None:
    found = kill_workers(tmp_path, 4, Random(7))
    assert found.wrong == []
    assert (found.kills, found.attached) == (4, 3)
