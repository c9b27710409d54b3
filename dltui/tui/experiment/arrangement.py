"""How many views of an experiment are seen at once, and whether side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dltui.lesson.views import PICTURES

SQUARE = {"regions", "codes", "latent_grid", "samples", "confusion"}
"""Pictures that gain nothing from more width than height."""
LOW = 22
"""Rows below which two views are not stacked: their charts would be unreadable."""
WIDE = 72
"""Columns from which two views stand side by side where they cannot be stacked."""
WIDE_ENOUGH = 56
"""The same where the first is square: it leaves room."""
PAIR = 90
"""Columns below which two stand alone: of the pictures decoded all over a plane there would be nine in half of the
room, of the units behind gates two or four."""
NEEDED = {True: 40, False: 28}
"""Columns of a picture and of a curve beside another view."""


@dataclass(frozen=True)
class Arrangement:
    beside: bool
    """The first on the left, the others on the right; else the first above the others."""
    others: int
    """How many views are seen besides the first."""


def arranged(views: Sequence[str], width: int, height: int) -> Arrangement:
    """For a room of so many columns and rows; the first view always has its place."""
    if len(views) < 2:
        return Arrangement(False, 0)
    low = height < LOW
    if width < PAIR and (views[0] == "gates" or views[0] == "latent_grid" and not low):
        return Arrangement(False, 0)
    if width >= WIDE_ENOUGH and (views[0] in SQUARE or (low and width >= WIDE)):
        return Arrangement(True, 1 if low or views[1] in PICTURES else min(2, len(views) - 1))
    if low:
        return Arrangement(False, 0)
    used, count = 0, 0
    for view in views[1:3]:
        used += NEEDED[view in PICTURES]
        count += used <= max(width, used if count == 0 else 0)
    return Arrangement(False, count)
