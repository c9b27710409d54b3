"""The numbers of the moment of the small network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dltui.explore.explorer import Fact
from dltui.explore.network_net import CORNERS, Net
from dltui.explore.numerals import factor, number, tex
from dltui.explore.separation import fewest_errors

FUNCTIONS = {"relu": r"\max(0, %s)", "step": r"\operatorname{step}(%s)", "tanh": r"\tanh(%s)", "sigmoid": r"\sigma(%s)"}


def facts(net: Net, wanted: tuple[int, ...], corner: int) -> Sequence[Fact]:
    """The table of the four corners, the way through the net of one of them, and how well both layers do."""
    right = net.right(wanted)
    hidden, y = net.hidden(CORNERS), net.output(CORNERS)
    table = []
    for i, (a, b) in enumerate(CORNERS):
        inner = f"h {number(hidden[i, 0], 3):>6} {number(hidden[i, 1], 3):>6}   y {number(y[i], 3):>6}"
        end = f"wanted {wanted[i]}   {'right' if right[i] else 'WRONG'}"
        table.append(Fact(f"{'>' if i == corner else ' '} x = {a:.0f} {b:.0f}", f"{inner}   {end}"))
    bound = reachable(net, wanted)
    return [
        *table,
        Fact("right", f"{sum(right)} of 4"),
        Fact("squared error", number(net.error(wanted))),
        *_forward(net, corner),
        Fact("one line through h", f"could get {bound} of 4 right"),
        Fact("parameters", "9", r"2 \cdot 2 + 2 + 2 + 1 = 9"),
    ]


def reachable(net: Net, wanted: tuple[int, ...]) -> int:
    """How many corners the best output unit would get right on top of these hidden units."""
    return 4 - fewest_errors(net.hidden(CORNERS), 2 * np.array(wanted) - 1)


def _forward(net: Net, corner: int) -> list[Fact]:
    a, b = CORNERS[corner].tolist()
    n = net.numbers
    h = net.hidden(CORNERS[corner : corner + 1])[0].tolist()
    y = float(net.output(CORNERS[corner : corner + 1])[0])
    function = FUNCTIONS[net.activation]
    steps = []
    for k in (0, 1):
        w1, w2, bias = n[3 * k : 3 * k + 3]
        z = w1 * a + w2 * b + bias
        inner = rf"{tex(w1)} \cdot {a:.0f} + {factor(w2)} \cdot {b:.0f} + {factor(bias)}"
        formula = f"h_{k + 1} = {function % inner} = {function % tex(z)} = {tex(h[k])}"
        steps.append(Fact(f"h{k + 1}", number(h[k]), formula))
    sum_ = rf"{tex(n[6])} \cdot {factor(h[0])} + {factor(n[7])} \cdot {factor(h[1])} + {factor(n[8])}"
    return [*steps, Fact("y", number(y), f"y = {sum_} = {tex(y)}")]
