"""The numbers of the moment of the small network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dltui.explore.explorer import Fact
from dltui.explore.network_net import CORNERS, Net
from dltui.explore.numerals import number, summed
from dltui.explore.separation import fewest_errors

FUNCTIONS = {"relu": r"\operatorname{relu}", "step": r"\operatorname{step}", "tanh": r"\tanh", "sigmoid": r"\sigma"}


def facts(net: Net, wanted: tuple[int, ...], corner: int) -> Sequence[Fact]:
    """How many are right, the corner in hand and its way through the net, the other corners, both layers' share."""
    right = net.right(wanted)
    rows = [_row(net, wanted, (corner + turn) % 4, turn == 0) for turn in range(4)]
    return [
        Fact("right", f"{sum(right)} of 4"),
        *rows,
        *_forward(net, corner),
        Fact("best line in h", f"{reachable(net, wanted)} of 4 right"),
        Fact("squared error", number(net.error(wanted))),
        Fact("parameters", "9", r"2 \cdot 2 + 2 + 2 + 1 = 9"),
    ]


def reachable(net: Net, wanted: tuple[int, ...]) -> int:
    """How many corners the best output unit would get right on top of these hidden units."""
    return 4 - fewest_errors(net.hidden(CORNERS), 2 * np.array(wanted) - 1)


def _row(net: Net, wanted: tuple[int, ...], corner: int, chosen: bool) -> Fact:
    """One line of the table of the corners; the chosen one with its mark in the pictures."""
    a, b = CORNERS[corner]
    x = CORNERS[corner : corner + 1]
    h = " ".join(number(each, 3) for each in net.hidden(x)[0].tolist())
    end = f"want {wanted[corner]} {'✓' if net.right(wanted)[corner] else '✗'}"
    return Fact(f"{a:.0f} {b:.0f}{' ×' if chosen else ''}", f"h {h}  y {number(float(net.output(x)[0]), 3)}  {end}")


def _forward(net: Net, corner: int) -> list[Fact]:
    x = CORNERS[corner].tolist()
    n = net.numbers
    h = net.hidden(CORNERS[corner : corner + 1])[0].tolist()
    y = float(net.output(CORNERS[corner : corner + 1])[0])
    steps = []
    for k in (0, 1):
        *weights, bias = n[3 * k : 3 * k + 3]
        inner = summed(zip(weights, x, strict=True), bias)
        steps.append(Fact(f"h{'₁₂'[k]}", number(h[k]), f"{FUNCTIONS[net.activation]}({inner})"))
    return [*steps, Fact("y", number(y), summed(zip(n[6:8], h, strict=True), n[8], 3))]
