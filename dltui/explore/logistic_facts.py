"""The numbers of the moment of a curve."""

from __future__ import annotations

from collections.abc import Sequence

from dltui.explore.explorer import Fact
from dltui.explore.logistic_curve import RISE, Curve, Unit
from dltui.explore.logistic_fit import Fit
from dltui.explore.numerals import factor, number, summed, tex
from dltui.scene import Pair

FACTORS = 22
"""Columns for three factors in a row beside their law; they are rounded to fewer digits where they would take more."""


def facts(curve: Curve, x: float, span: Pair, target: Curve | None) -> Sequence[Fact]:
    """How far from the target; where it crosses one half and how fast; output and slope at x."""
    found = []
    if target:
        found.append(Fact("distance to target", number(curve.distance(target, *span)), r"\max_x |y - t|"))
    if not curve.alone:
        at, top = curve.peak(*span)
        found.append(Fact("largest y", f"{number(top)} at x = {number(at, 3)}"))
        found += [_place(i, unit) for i, unit in enumerate(curve.units, 1)] if curve.squashed else []
        return [*found, _output(curve, x), _slope(curve, x)]
    if not curve.squashed:
        return [*found, _output(curve, x), _inside(curve.alone), _slope(curve, x)]
    point, rise = _shape(curve.alone)
    return [*found, point, _output(curve, x), _slope(curve, x), rise]


def fit_facts(fit: Fit, unit: Unit, best: bool) -> Sequence[Fact]:
    """How well the unit explains the points; best: with the best there is beside it."""
    loss, (by_b, by_w) = fit.at(unit.b, unit.w), fit.gradient(unit.b, unit.w)
    wrong = int(fit.wrong(unit.b, unit.w).sum())
    found = [Fact("cross-entropy", number(loss), r"\text{mean of } {-t} \ln y - (1 - t) \ln (1 - y)")]
    if best:
        b, w = fit.best
        found.append(Fact("best there is", f"{number(fit.at(b, w))} at b = {number(b, 3)}, w = {number(w, 3)}"))
    return [
        *found,
        Fact("wrong side of ½", f"{wrong} of {len(fit.x)}"),
        Fact("slope by b", number(by_b), r"\text{mean of } y - t"),
        Fact("slope by w", number(by_w), r"\text{mean of } (y - t)\,x"),
    ]


def line_facts(fit: Fit, unit: Unit, best: bool) -> Sequence[Fact]:
    """How well the line before it is squashed goes through the points; best: with the best line beside it."""
    error = number(fit.line_error(unit.b, unit.w))
    found = [Fact("mean squared error", error, r"\text{mean of } (y - t)^2")]
    if best:
        b, w = fit.line
        found.append(Fact("best line", f"{number(fit.line_error(b, w))} at b = {number(b, 3)}, w = {number(w, 3)}"))
    return found


def _output(curve: Curve, x: float) -> Fact:
    label, y = f"y at x = {number(x, 3)}", number(curve.at(x))
    if unit := curve.alone:
        inner = f"{tex(unit.b)} {'-' if unit.w < 0 else '+'} {tex(abs(unit.w))} \\cdot {factor(x, 3)}"
        z = tex(unit.b + unit.w * x)
        return Fact(label, y, rf"\sigma({inner}) = \sigma({z})" if curve.squashed else inner)
    if not curve.squashed:
        return Fact(label, y, summed((unit.v, unit.b + unit.w * x) for unit in curve.units))
    terms = "".join(
        rf" {'-' if unit.v < 0 else '+'} {_weight(unit.v)}\sigma({tex(unit.b + unit.w * x, 3)})" for unit in curve.units
    )
    return Fact(label, y, terms.removeprefix(" + ").replace(" - ", "-", terms.startswith(" - ")))


def _weight(v: float) -> str:
    """Without its sign, which stands before it; 1 goes without saying."""
    return "" if abs(v) == 1 else rf"{tex(abs(v))}\,"


def _slope(curve: Curve, x: float) -> Fact:
    slope = curve.slope(x)
    unit = curve.alone
    if not unit or not curve.squashed:
        return Fact("slope there", number(slope), r"\frac{dy}{dx}")
    law, y = r"w\,y\,(1 - y)", curve.at(x)
    for digits in (4, 3, 2):
        factors = tex(unit.w, digits), tex(y, digits), tex(1 - y, min(digits, 3))
        if sum(map(_columns, factors)) <= FACTORS:
            law += " = " + r" \cdot ".join(factors)
            break
    return Fact("slope there", number(slope), law)


def _columns(number: str) -> int:
    """Which a number of a formula takes in a line."""
    return len(number.replace(r"\cdot", "·").replace("^{", "").replace("}", ""))


def _shape(unit: Unit) -> list[Fact]:
    half, rise = unit.crossing(0.5), unit.rise
    if half is None or rise is None:
        return [Fact("decision point", "none: w is 0"), Fact("10-90 % rise", "none: w is 0")]
    point = rf"-\frac{{b}}{{w}} = -\frac{{{factor(unit.b)}}}{{{tex(unit.w)}}}"
    width = rf"\frac{{2 \ln 9}}{{|w|}} = \frac{{{tex(RISE)}}}{{{tex(abs(unit.w))}}}"
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
