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
HIDDEN: tuple[Role, Role] = ("second", "third")
PLACES = grid(BOX, BOX, FINE)
PLACES.setflags(write=False)


def pictures(net: Net, wanted: tuple[int, ...], corner: int) -> Sequence[Scene]:
    """Output, hidden plane, first and second hidden unit."""
    hidden = net.hidden(PLACES)
    y = hidden @ np.array(net.numbers[6:8]) + net.numbers[8]
    marks = _corners(net, wanted, CORNERS)
    lines = [line for unit in (0, 1) for line in _line(net, unit)]
    chosen = Label(CORNERS[corner, 0] + 0.06, CORNERS[corner, 1] + 0.1, "< here")
    output: tuple[Item, ...] = (Heat(rows(np.clip(y, 0, 1), FINE), 0.0, 1.0), *lines, *marks, chosen)
    return (
        Scene(BOX, BOX, output, f"Output: {sum(net.right(wanted))} of 4 right", "x₁", "x₂", square=True),
        _plane(net, wanted),
        *(_unit(net, unit, hidden[:, unit], marks) for unit in (0, 1)),
    )


def _unit(net: Net, unit: int, h: Array, marks: Sequence[Item]) -> Scene:
    low, high = _range(net.activation, h)
    items: tuple[Item, ...] = (Heat(rows(h, FINE), low, high, "grey"), *_line(net, unit), *marks)
    return Scene(BOX, BOX, items, f"Hidden unit h{'₁₂'[unit]}", "x₁", "x₂", square=True)


def _plane(net: Net, wanted: tuple[int, ...]) -> Scene:
    """The corners where the hidden units put them, and the line on which the output says ½."""
    h = net.hidden(CORNERS)
    low, high = _range(net.activation, h)
    room = 0.2 * (high - low)
    box = (low - room, high + room)
    v1, v2, c = net.numbers[6:]
    items: list[Item] = list(_corners(net, wanted, h))
    ends = clipped(v1, v2, c - HALF, box, box)
    if ends:
        items.append(Line(ends, "boundary", dashed=True, name="y = ½"))
    together: dict[Pair, list[str]] = {}
    for (a, b), place in zip(CORNERS, h.tolist(), strict=True):
        together.setdefault((round(place[0], 6), round(place[1], 6)), []).append(f"{a:.0f}{b:.0f}")
    items += [Label(x + room / 4, y + room / 4, " ".join(names)) for (x, y), names in together.items()]
    return Scene(box, box, tuple(items), "The corners in the plane of h₁, h₂", "h₁", "h₂", square=True)


def _corners(net: Net, wanted: tuple[int, ...], places: Array) -> list[Mark]:
    return [
        Mark(x, y, "class1" if want else "class0", ring=not right)
        for (x, y), want, right in zip(places.tolist(), wanted, net.right(wanted), strict=True)
    ]


def _line(net: Net, unit: int) -> list[Line]:
    """Where the input of a hidden unit is 0."""
    a, b, c = net.numbers[3 * unit : 3 * unit + 3]
    ends = clipped(a, b, c, BOX, BOX)
    return [Line(ends, HIDDEN[unit], dashed=True, name=f"h{'₁₂'[unit]}")] if ends else []


def _range(activation: Activation, h: Array) -> Pair:
    match activation:
        case "tanh":
            return -1.0, 1.0
        case "relu":
            return 0.0, max(1.0, float(h.max()))
        case _:
            return 0.0, 1.0
