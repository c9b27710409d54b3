"""The numbers of the moment of a perceptron."""

from __future__ import annotations

from collections.abc import Sequence

from dltui.explore.explorer import Fact
from dltui.explore.numerals import factor, number, tex, vector
from dltui.explore.rosenblatt import Rule, Vector

CLASS = {1: "+", -1: "o"}


def facts(rule: Rule, fewest: int | None) -> Sequence[Fact]:
    """fewest: the errors of the best line, if it is to be shown."""
    now = rule.now
    found = [
        Fact("updates", str(rule.updates)),
        _step_size(rule),
        Fact("w", vector(now.weights[:2]), _update(rule)),
        *([Fact("b", number(now.weights[2]))] if len(now.weights) == 3 else []),
        Fact("wrong points", f"{now.wrong} of {len(rule.rows)}"),
        Fact("summed loss", number(now.loss), rf"E = -\sum_{{\text{{wrong}}}} y\,w \cdot x = {tex(now.loss)}"),
        *_picked(rule),
        Fact("fewest so far", f"{rule.history[rule.best].wrong}, after update {rule.best}"),
    ]
    return found if fewest is None else [*found, Fact("best line there is", f"{fewest} wrong")]


def _step_size(rule: Rule) -> Fact:
    i = len(rule.history)
    if rule.eta == "1/i":
        return Fact("next η", f"1/{i} = {number(rule.size)}", rf"\eta = \frac{{1}}{{i}} = \frac{{1}}{{{i}}}")
    return Fact("next η", rule.eta, rf"\eta = {rule.eta}")


def _update(rule: Rule) -> str:
    if rule.picked is None or rule.done != "update":
        return r"w \leftarrow w + \eta\,y\,x"
    before, now = rule.history[-2].weights[:2], rule.now
    step = rf"{tex(now.step)} \cdot {factor(rule.signs[rule.picked.row])} \cdot {_place(rule)}"
    return rf"w + \eta\,y\,x = {vector(before)} + {step} = {vector(now.weights[:2])}"


def _picked(rule: Rule) -> list[Fact]:
    if rule.picked is None:
        return []
    row, score = rule.rows[rule.picked.row], rule.picked.score
    weights = rule.history[-2].weights if rule.done == "update" else rule.now.weights
    value = number(score)
    if rule.done == "update":
        value += f" before, {number(_dot(rule.now.weights, row))} after"
    terms = " + ".join(rf"{factor(w)} \cdot {factor(x)}" for w, x in zip(weights, row, strict=True))
    name = r"w \cdot x + b" if len(row) == 3 else r"w \cdot x"
    sign = rule.signs[rule.picked.row]
    return [
        Fact("chosen point", f"{_place(rule)}, class {CLASS[sign]}, y = {sign:+d}"),
        Fact("its score", value, f"{name} = {terms} = {tex(score)}"),
    ]


def _place(rule: Rule) -> str:
    assert rule.picked is not None  # asked for only where a point is chosen
    return vector(rule.rows[rule.picked.row][:2])


def _dot(weights: Vector, row: Vector) -> float:
    return sum(w * x for w, x in zip(weights, row, strict=True))
