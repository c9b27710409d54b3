"""Small pictures side by side, each under its name, as one scene."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan
from typing import Literal

from msgspec.structs import replace

from dltui.explore.digits import SIDE, Array
from dltui.scene import Heat, Item, Label, Scene

GAP = 2
"""Empty pixels between two pictures."""
HEAD = 2
"""Empty rows above them, for the names."""
EXACT = SIDE + HEAD
"""Lines in which each pixel is one line high."""


def strip(
    named: Sequence[tuple[str, Array]], title: str = "", low: float = 0.0, high: float = 1.0,
    ramp: Literal["signed", "grey"] = "grey", lines: int = 0,
) -> Scene:
    """Pictures of 64 numbers, from left to right; `lines` as of a scene."""
    return replace(strips([named], title, low, high, ramp), lines=lines)


def strips(
    lines: Sequence[Sequence[tuple[str, Array]]], title: str, low: float = 0.0, high: float = 1.0,
    ramp: Literal["signed", "grey"] = "grey",
) -> Scene:
    """Several such lines below one another, the first one on top."""
    wide = max(len(line) for line in lines) * (SIDE + GAP) - GAP
    high_all = len(lines) * (SIDE + HEAD)
    rows = [[nan] * wide for _ in range(high_all)]  # one object throughout, so that equal pictures compare equal
    items: list[Item] = []
    for down, line in enumerate(lines):
        top = down * (SIDE + HEAD) + HEAD
        for across, (name, picture) in enumerate(line):
            left = across * (SIDE + GAP)
            for row, values in zip(rows[top : top + SIDE], picture.reshape(SIDE, SIDE).tolist(), strict=True):
                row[left : left + SIDE] = values
            items.append(Label(left + 0.5, high_all - top + 1.0, name, "faint"))
    heat = Heat(tuple(map(tuple, rows)), low, high, ramp)
    return Scene((0.0, float(wide)), (0.0, float(high_all)), (heat, *items), title, square=True, axes=False)
