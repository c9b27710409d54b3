"""What the logistic explorer says about what just happened."""

from __future__ import annotations

from dltui.explore.logistic_curve import Curve, Unit
from dltui.explore.logistic_fit import Fit
from dltui.explore.numerals import many, number

CLOSE = 0.05
"""A target this near is reached: less than a row of the picture."""
HIT = f"✓ Target hit: nowhere is y more than {CLOSE} off."


def opening(curve: Curve, target: str, data: str) -> str:
    if target != "none":
        return f"Build the dashed {target} from units: b moves one, w makes it steep, v sets height and sign."
    if data == "hours":
        marks = "Each mark is a student: hours studied, passed (+) or not (o)"
        if curve.squashed:
            return f"{marks}; in a ring: on the wrong side of ½. How low can you get the cross-entropy?"
        return f"{marks}. Which line fits, where does it fail?"
    if curve.squashed:
        return "b + w·x is squashed into 0 to 1. Turn b and w: which one moves the curve, which one makes it steep?"
    return "y = b + w·x: b is the height at x = 0, w the slope."


def squashed(curve: Curve) -> str:
    if curve.squashed:
        return "σ bends every line into 0 to 1: where the line is 0 the output is ½, far out it is nearly 0 or 1."
    return "Without σ the line runs on: outside 0 to 1 it can be no probability."


def counted(count: int, curve: Curve) -> str:
    if not curve.squashed:
        return "A sum of lines is a line again: without σ more units add nothing."
    if count == 1:
        return "One unit alone: a single step up or down."
    return f"y is the weighted sum of {count} units now. Shift one against another by its b: what becomes of the sum?"


def turned(name: str, before: Curve, after: Curve) -> str:
    """One of b, w, v of some unit was changed."""
    index = int(name[1:] or 1) - 1
    old, new = before.units[index], after.units[index]
    if not after.squashed:
        return _line(name, new)
    if name[0] == "v":
        return f"Unit {index + 1} counts {number(new.v)} times: {'it takes away' if new.v < 0 else 'it adds'}."
    which = "The curve" if after.alone else f"Unit {index + 1}"
    if new.w == 0:
        text = f"{which} is flat: with w = 0 it is σ(b) = {number(Curve((new,)).at(0))} whatever x is."
    else:
        text = _shifted(which, old, new) if name[0] == "b" else _steeper(which, old, new)
    return text


def stretched(steeper: bool, after: Curve) -> str:
    """b and w of all units were doubled or halved."""
    stays = f"b and w are both {'doubled' if steeper else 'halved'}, so -b/w and with it the place of ½ stays"
    unit = after.alone
    if unit is None or unit.rise is None:
        return f"{stays}."
    return f"{stays}; from 10 % to 90 % takes {number(unit.rise)} of x now."


def missed(distance: float) -> str:
    return f"The largest difference to the target is {number(distance, 3)}."


def fitted(fit: Fit, before: Unit, after: Unit) -> str:
    """After a change by hand or a step down the slope."""
    old, new = fit.at(before.b, before.w), fit.at(after.b, after.w)
    change = "better" if new < old else "worse" if new > old else "the same"
    return f"Cross-entropy {number(old)} → {number(new)}, {change}."


def fitted_line(fit: Fit, before: Unit, after: Unit) -> str:
    """The same for the line before it is squashed."""
    old, new = fit.line_error(before.b, before.w), fit.line_error(after.b, after.w)
    change = "better" if new < old else "worse" if new > old else "the same"
    return f"Mean squared error {number(old)} → {number(new)}, {change}."


def best_line(fit: Fit, unit: Unit) -> str:
    b, w = fit.line
    least = fit.line_error(b, w)
    gap = number(fit.line_error(unit.b, unit.w) - least, 2)
    return f"No line has a smaller mean squared error than {number(least)}; yours is {gap} above."


def descended(fit: Fit, before: Unit, after: Unit, steps: int, eta: float) -> str:
    way = f"{many(steps, 'step')} against the gradient with η = {number(eta)}"
    text = f"{way}: b = {number(after.b)}, w = {number(after.w)}. {fitted(fit, before, after)}"
    if fit.at(after.b, after.w) > fit.at(before.b, before.w):
        text += " The step was too long: it jumped over the valley."
    return text


def best(fit: Fit, unit: Unit) -> str:
    b, w = fit.best
    least = fit.at(b, w)
    gap = number(fit.at(unit.b, unit.w) - least, 2)
    return f"No b and w do better than {number(least)}; yours is {gap} above. 0 is out of reach: the classes overlap."


def probed(curve: Curve, x: float) -> str:
    what = "output" if curve.alone else "sum"
    return f"At x = {number(x)} the {what} is {number(curve.at(x))}, and the slope there {number(curve.slope(x))}."


def _line(name: str, unit: Unit) -> str:
    if name[0] == "b":
        return f"b = {number(unit.b)}: the whole line moves up or down, its slope stays."
    if name[0] == "w":
        return f"w = {number(unit.w)}: y changes by that much when x grows by 1; at x = 0 nothing changes."
    return "A weighted sum of lines is a line again."


def _shifted(which: str, old: Unit, new: Unit) -> str:
    before, after = old.crossing(0.5), new.crossing(0.5)
    if before is None or after is None or before == after:
        return ""
    way = "left" if after < before else "right"
    cause = f"b {'grew' if new.b > old.b else 'fell'} and w is {'positive' if new.w > 0 else 'negative'}"
    return f"{which} moved {way}, as {cause}: it is ½ at -b/w = {number(after)} now, as steep as before."


def _steeper(which: str, old: Unit, new: Unit) -> str:
    where = f"from 10 % to 90 % takes {number(new.rise or 0)} of x"
    if old.w * new.w < 0:
        return f"{which} {'falls' if new.w < 0 else 'rises'} now, as w changed its sign; {where}."
    change = "steeper" if abs(new.w) > abs(old.w) else "flatter"
    moved = "" if new.b == 0 else f" Its ½, at -b/w, moved to {number(new.crossing(0.5) or 0)} as well."
    return f"{which} is {change}: {where}.{moved}"
