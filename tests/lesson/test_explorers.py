"""The table of names that lessons are checked against is the registry of the explorers."""

from __future__ import annotations

from dltui.explore import registry
from dltui.lesson.explorers import EXPLORERS


def test_the_same_names() -> None:
    assert set(EXPLORERS) == set(registry.EXPLORERS)


def test_every_title_is_a_line() -> None:
    assert all(title and "\n" not in title and len(title) <= 70 for title in EXPLORERS.values())
