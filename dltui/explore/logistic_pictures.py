"""The pictures of the logistic explorer: the curve with its marks, and the loss over all b and w."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np

from dltui.explore.logistic_curve import Array, Curve, Unit
from dltui.explore.logistic_fit import Fit
from dltui.explore.numerals import number
from dltui.explore.plane import grid, rows
from dltui.scene import Heat, Item, Label, Line, Mark, Pair, Role, Scene

PARTS: tuple[Role, ...] = ("second", "third", "accent")
LEVELS = ((0.1, "10 %"), (0.5, "½"), (0.9, "90 %"))
SURFACE_B, SURFACE_W = (-14.0, 4.0), (-1.0, 3.0)
FINE = 40
GAP = 0.03
"""From a mark to its name, as a share of the width."""
HIGH = 1.5
"""A cross-entropy from which on all is equally light."""


def curve_picture(
    curve: Curve, span: Pair, probe: float, target: Curve | None, fit: Fit | None, best: Curve | None
) -> Scene:
    """y over x: the target faint, each unit's share where there are several, the marks of one unit at .1, .5 and .9."""
    x = np.linspace(*span, 241)
    parts = curve.parts(x)
    items: list[Item] = []
    if target:
        items.append(_line(x, target.y(x), "faint", "target"))
    if fit:
        items += _students(fit, curve)
    if best:
        items.append(_line(x, best.y(x), "second", "best line"))
    if curve.alone and curve.squashed:
        items.append(_line(x, curve.alone.b + curve.alone.w * x, "faint", "b + w·x"))
    elif not curve.alone:
        items += [_line(x, part, PARTS[i], f"unit {i + 1}") for i, part in enumerate(parts)]
    items.append(_line(x, curve.y(x), "model", "y"))
    if curve.alone and curve.squashed:
        items += _marks(curve.alone, span)
    height = _height([*parts, curve.y(x)] if curve.squashed else [])
    items += _probe(curve, probe, span, height)
    return Scene(span, height, tuple(items), "", "hours" if fit else "x", "y")


def surface(fit: Fit, trail: Sequence[Pair], best: bool) -> Scene:
    """The cross-entropy over b and w, dark where it is small, with the way taken so far."""
    items: list[Item] = [_landscape(fit)]
    items.append(Line(tuple(trail), "model", name="your way"))
    if best:
        b, w = fit.best
        items += [Mark(b, w, "accent"), Label(b + 0.5, w, "best", "accent")]
    b, w = trail[-1]
    items.append(Mark(_held(b, SURFACE_B), _held(w, SURFACE_W), "chosen"))
    return Scene(SURFACE_B, SURFACE_W, tuple(items), "loss: dark is low", "b", "w")


@cache
def _landscape(fit: Fit) -> Heat:
    """Once for each set of points: it is the dearest picture of all."""
    places = grid(SURFACE_B, SURFACE_W, FINE)
    return Heat(rows(fit.loss(places[:, 0], places[:, 1]), FINE), fit.at(*fit.best), HIGH, "grey")


def _held(at: float, span: Pair) -> float:
    """At the border of the picture where it would lie outside."""
    return min(max(at, span[0]), span[1])


def _line(x: Array, y: Array, role: Role, name: str) -> Line:
    return Line(tuple(zip(x.tolist(), y.tolist(), strict=True)), role, dashed=role == "faint", name=name)


def _marks(unit: Unit, span: Pair) -> list[Item]:
    items: list[Item] = []
    for level, name in LEVELS:
        at = unit.crossing(level)
        if at is not None and span[0] <= at <= span[1]:
            items += [Line(((at, 0.0), (at, level)), "faint", dashed=True), Mark(at, level, "accent")]
            items.append(Label(at + GAP * (span[1] - span[0]), level, name, "accent"))
    return items


def _probe(curve: Curve, x: float, span: Pair, height: Pair) -> list[Item]:
    """A cross with its x, written where the curve is not."""
    y, wide, tall = curve.at(x), span[1] - span[0], height[1] - height[0]
    right = x < span[1] - 0.3 * wide
    steep = abs(curve.slope(x)) * wide > tall
    up = 0.0 if steep and right else 0.08 * tall if y < height[1] - 0.16 * tall else -0.08 * tall
    label = Label(x + (GAP if right else -0.2) * wide, y + up, f"x = {number(x, 3)}", "chosen")
    return [label, Mark(x, y, "chosen")]


def _students(fit: Fit, curve: Curve) -> list[Item]:
    unit = curve.alone if curve.squashed else None
    wrong = fit.wrong(unit.b, unit.w) if unit else np.zeros(len(fit.x), dtype=bool)
    return [
        Mark(x, passed, "class1" if passed else "class0", ring=miss)
        for x, passed, miss in zip(fit.x.tolist(), fit.passed.tolist(), wrong.tolist(), strict=True)
    ]


def _height(shown: Sequence[Array]) -> Pair:
    """0 to 1 with some room, or half steps more: axes that move with every key would hide what the key did."""
    if not shown:
        return -1.5, 2.5
    low = min(0.0, *(float(y.min()) for y in shown))
    high = max(1.0, *(float(y.max()) for y in shown))
    return math.floor(low * 2) / 2 - 0.1, math.ceil(high * 2) / 2 + 0.1
