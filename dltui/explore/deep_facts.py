"""The numbers of the moment of the deep net."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dltui.explore.deep_net import FLAT, Activation, Passed, apart, size, slope
from dltui.explore.deep_words import number, tex
from dltui.explore.explorer import Fact
from dltui.explore.numerals import summed

SLOPES = {"sigmoid": r"\sigma'", "tanh": r"\tanh'", "relu": r"\operatorname{relu}'"}
LONGEST = 4
"""Factors that are written out."""


def of_chain(
    found: Passed, at: int, factors: Sequence[float], activation: Activation, unit: tuple[float, float], residual: bool
) -> Sequence[Fact]:
    """Of the layer in hand z, slope and factor; the product so far and the whole one. `unit` is w and b."""
    w, b = unit
    z, before = float(found.z[at - 1][0, 0]), float(found.a[at - 1][0, 0])
    here = float(slope(activation, found.z[at - 1])[0, 0])
    one = f"{tex(w, 3)} \\cdot {tex(here, 3)}"
    product, whole = (abs(float(found.back[place][0, 0])) for place in (at - 1, 0))
    depth = len(factors)
    return [
        Fact(f"z{_low(at)}", number(z, 3), summed([(w, before)], b, 3)),
        Fact("slope", number(here, 3), rf"{SLOPES[activation]}({tex(z, 3)}) = {tex(here, 3)}"),
        Fact("factor", number(factors[at - 1], 3),
             rf"{'1 + ' if residual else ''}{one} = {tex(factors[at - 1], 3)}"),
        Fact("product so far", number(product, 3), _product(factors[at - 1 :], product) if at < depth else ""),
        *([Fact("whole way", number(whole, 3))] if at > 1 else []),
        Fact("factor per layer", number(whole ** (1 / depth), 3), rf"({tex(whole, 3)})^{{1/{depth}}}"),
        Fact("layer in hand", f"{at} of {depth}"),
    ]  # fmt: skip


def of_net(found: Passed, at: int, activation: Activation, gain: float) -> Sequence[Fact]:
    """Layer in hand: the gradient in front of it, how far inputs are apart behind it, its flat units."""
    depth, end = len(found.z), size(found.back[-1])
    here, first = size(found.back[at - 1]) / end, size(found.back[0]) / end
    flat = float(np.mean(slope(activation, found.z[at - 1]) <= FLAT[activation]))
    return [
        Fact(f"gradient before layer {at}", number(here, 3)),
        Fact("factor per layer", number(first ** (1 / depth), 3), rf"({tex(first, 3)})^{{1/{depth}}}"),
        *([Fact("whole way", number(first, 3))] if at > 1 else []),
        Fact("inputs apart", number(apart(found.a[at]), 3)),
        Fact("units off" if activation == "relu" else "units saturated", f"{100 * flat:.0f} %"),
        Fact("layer in hand", f"{at} of {depth}"),
        Fact("spread of weights", number(gain / 32**0.5, 3), rf"\frac{{{tex(gain, 3)}}}{{\sqrt{{32}}}}"),
    ]


def _product(factors: Sequence[float], product: float) -> str:
    """From the last layer on, with the middle left out where it would be long."""
    shown = [tex(each) if each >= 0 else f"({tex(each)})" for each in reversed(factors)]
    if len(shown) > LONGEST:
        shown = [*shown[: LONGEST - 2], r"\cdots", shown[-1]]
    return r" \cdot ".join(shown) + f" = {tex(product, 3)}"


def _low(place: int) -> str:
    return "".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in str(place))
