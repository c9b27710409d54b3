"""The numbers of the moment of a curve."""

from __future__ import annotations

from collections.abc import Sequence

from dltui.explore.explorer import Fact
from dltui.explore.logistic_curve import RISE, Curve, Unit
from dltui.explore.logistic_fit import Fit
from dltui.explore.numerals import factor, number, tex
from dltui.scene import Pair


def facts(curve: Curve, x: float, span: Pair, target: Curve | None) -> Sequence[Fact]:
    """Output and slope at x; where it crosses one half and how fast; how far from the target."""
    found = [_output(curve, x), _slope(curve, x)]
    if curve.squashed and curve.alone:
        found += _shape(curve.alone)
    elif curve.alone:
        found.append(_inside(curve.alone))
    elif curve.squashed:
        found += [_place(i, unit) for i, unit in enumerate(curve.units, 1)]
    if not curve.alone:
        at, top = curve.peak(*span)
        found.append(Fact("largest y", f"{number(top)} at x = {number(at, 3)}"))
    if target:
        distance = number(curve.distance(target, *span))
        found.append(Fact("distance to target", distance, rf"\max_x |y - t| = {distance}"))
    return found


def fit_facts(fit: Fit, unit: Unit, best: bool) -> Sequence[Fact]:
    """How well the unit explains the points; best: with the best there is beside it."""
    loss, (by_b, by_w) = fit.at(unit.b, unit.w), fit.gradient(unit.b, unit.w)
    wrong = int(fit.wrong(unit.b, unit.w).sum())
    mean = r"-\frac{1}{n} \sum \left( t \ln y + (1 - t) \ln (1 - y) \right)"
    partial = r"\frac{\partial E}{\partial %s} = \frac{1}{n} \sum %s = %s"
    found = [
        Fact("cross-entropy", number(loss), rf"{mean} = {tex(loss)}"),
        Fact("wrong side of ½", f"{wrong} of {len(fit.x)}"),
        Fact("slope by b", number(by_b), partial % ("b", "(y - t)", tex(by_b))),
        Fact("slope by w", number(by_w), partial % ("w", r"(y - t)\,x", tex(by_w))),
    ]
    if best:
        b, w = fit.best
        found.append(Fact("best there is", f"{number(fit.at(b, w))} at b = {number(b, 3)}, w = {number(w, 3)}"))
    return found


def _output(curve: Curve, x: float) -> Fact:
    y = curve.at(x)
    inner = [f"{tex(unit.b)} + {factor(unit.w)} \\cdot {factor(x, 3)}" for unit in curve.units]
    if unit := curve.alone:
        z = unit.b + unit.w * x
        form = rf"\sigma({inner[0]}) = \sigma({tex(z)})" if curve.squashed else inner[0]
        name = r"\sigma(b + w x)" if curve.squashed else "b + w x"
        return Fact("y at x", number(y), f"y = {name} = {form} = {tex(y)}")
    sign = r"\sigma" if curve.squashed else ""
    terms = " + ".join(rf"{factor(unit.v)} \cdot {sign}({one})" for unit, one in zip(curve.units, inner, strict=True))
    return Fact("y at x", number(y), f"y = {terms} = {tex(y)}")


def _slope(curve: Curve, x: float) -> Fact:
    slope = curve.slope(x)
    unit = curve.alone
    if not unit or not curve.squashed:
        return Fact("slope at x", number(slope), rf"\frac{{dy}}{{dx}} = {tex(slope)}")
    y = curve.at(x)
    numbers = rf"{tex(unit.w)} \cdot {tex(y)} \cdot {tex(1 - y)} = {tex(slope)}"
    return Fact("slope at x", number(slope), rf"\frac{{dy}}{{dx}} = w\,y\,(1 - y) = {numbers}")


def _shape(unit: Unit) -> list[Fact]:
    half, rise = unit.crossing(0.5), unit.rise
    if half is None or rise is None:
        return [Fact("decision point", "none: w is 0"), Fact("10-90 % rise", "none: w is 0")]
    point = rf"-\frac{{b}}{{w}} = -\frac{{{tex(unit.b)}}}{{{tex(unit.w)}}} = {tex(half)}"
    width = rf"\frac{{2 \ln 9}}{{|w|}} = \frac{{{tex(RISE)}}}{{{tex(abs(unit.w))}}} = {tex(rise)}"
    return [Fact("decision point", number(half), point), Fact("10-90 % rise", number(rise), width)]


def _inside(unit: Unit) -> Fact:
    """Where a line could pass for a probability."""
    if not unit.w:
        return Fact("inside 0 to 1", "everywhere" if 0 <= unit.b <= 1 else "nowhere")
    ends = sorted((-unit.b / unit.w, (1 - unit.b) / unit.w))
    return Fact("inside 0 to 1", f"for x from {number(ends[0], 3)} to {number(ends[1], 3)}")


def _place(index: int, unit: Unit) -> Fact:
    half, rise = unit.crossing(0.5), unit.rise
    if half is None or rise is None:
        return Fact(f"unit {index}", "flat: its w is 0")
    return Fact(f"unit {index}", f"½ at x = {number(half)}, rise {number(rise, 3)}")
