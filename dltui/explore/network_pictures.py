"""The pictures of the small network: its output over the inputs, the plane of its hidden units, each hidden unit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dltui.explore.network_net import CORNERS, HALF, Activation, Array, Net
from dltui.explore.plane import clipped, grid, rows
from dltui.scene import Heat, Item, Label, Line, Mark, Pair, Role, Scene

BOX: Pair = (-0.5, 1.5)
FINE = 48
"""Cells of a heat map along one side."""
ROOM, APART = 0.3, 0.27
"""Around the plane of the hidden units, and from a point to its name: shares of their range. A row of the smallest
picture is as high as that, so that a name stands above or below its point and never on it."""
NEAR = 0.2
"""Corners that lie this near to each other, as a share of the picture, are named as one place."""
HIDDEN: tuple[Role, Role] = ("second", "third")
PLACES = grid(BOX, BOX, FINE)
PLACES.setflags(write=False)


def pictures(net: Net, wanted: tuple[int, ...], corner: int) -> Sequence[Scene]:
    """Output, hidden plane, first and second hidden unit."""
    hidden = net.hidden(PLACES)
    y = hidden @ np.array(net.numbers[6:8]) + net.numbers[8]
    marks = _corners(net, wanted, CORNERS, corner)
    lines = [line for unit, name in enumerate(("h₁", "h₂")) for line in _line(net, unit, name)]
    output: tuple[Item, ...] = (Heat(rows(np.clip(y, 0, 1), FINE), 0.0, 1.0), *lines, *marks)
    return (
        Scene(BOX, BOX, output, "output", "x₁", "x₂", square=True),
        _plane(net, wanted, corner),
        *(_unit(net, unit, hidden[:, unit], marks) for unit in (0, 1)),
    )


def _unit(net: Net, unit: int, h: Array, marks: Sequence[Item]) -> Scene:
    low, high = _range(net.activation, h)
    items: tuple[Item, ...] = (Heat(rows(h, FINE), low, high, "grey"), *_line(net, unit, ""), *marks)
    return Scene(BOX, BOX, items, f"h{'₁₂'[unit]}", "x₁", "x₂", square=True)


def _plane(net: Net, wanted: tuple[int, ...], corner: int) -> Scene:
    """The corners where the hidden units put them, and the line on which the output says ½."""
    h = net.hidden(CORNERS)
    low, high = _range(net.activation, h)
    room, apart = ROOM * (high - low), APART * (high - low)
    box = (low - room, high + room)
    v1, v2, c = net.numbers[6:]
    items: list[Item] = []
    ends = clipped(v1, v2, c - HALF, box, box)
    if ends:
        items.append(Line(ends, "boundary", dashed=True, name="y=½"))
    for (x, y), names in _together(h, NEAR * (box[1] - box[0])):
        half = (len(names) + 1) // 2
        above, below = names[:half], names[half:]
        items += [Label(x, y + apart, ",".join(above)), *(Label(x, y - apart, ",".join(below)) for _ in below[:1])]
    items += _corners(net, wanted, h, corner)
    return Scene(box, box, tuple(items), "hidden space", "h₁", "h₂", square=True)


def _together(places: Array, near: float) -> list[tuple[Pair, list[str]]]:
    """The names of the corners at each place; those nearer than `near` share the place of the first."""
    found: dict[Pair, list[str]] = {}
    for (a, b), (x, y) in zip(CORNERS, places.tolist(), strict=True):
        place = next((at for at in found if max(abs(at[0] - x), abs(at[1] - y)) < near), (x, y))
        found.setdefault(place, []).append(f"{a:.0f}{b:.0f}")
    return list(found.items())


def _corners(net: Net, wanted: tuple[int, ...], places: Array, corner: int) -> list[Mark]:
    """The wrong ones ringed, the one in hand crossed."""
    right = net.right(wanted)
    marks = [
        Mark(x, y, "class1" if want else "class0", ring=not good)
        for (x, y), want, good in zip(places.tolist(), wanted, right, strict=True)
    ]
    x, y = places[corner].tolist()
    return [*marks, Mark(x, y, "chosen", ring=not right[corner])]


def _line(net: Net, unit: int, name: str) -> list[Line]:
    """Where the input of a hidden unit is 0."""
    a, b, c = net.numbers[3 * unit : 3 * unit + 3]
    ends = clipped(a, b, c, BOX, BOX)
    return [Line(ends, HIDDEN[unit], name=name)] if ends else []


def _range(activation: Activation, h: Array) -> Pair:
    match activation:
        case "tanh":
            return -1.0, 1.0
        case "relu":
            return 0.0, max(1.0, float(h.max()))
        case _:
            return 0.0, 1.0
