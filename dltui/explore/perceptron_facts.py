"""The numbers of the moment of a perceptron."""

from __future__ import annotations

from collections.abc import Sequence

from dltui.explore.explorer import Fact
from dltui.explore.numerals import number, summed, tex, vector
from dltui.explore.rosenblatt import Rule, Vector

CLASS = {1: "+", -1: "o"}


def facts(rule: Rule, fewest: int | None) -> Sequence[Fact]:
    """fewest: the errors of the best line, if it is to be shown."""
    now = rule.now
    score = r"(w \cdot x + b)" if len(now.weights) == 3 else r"w \cdot x"
    return [
        Fact("wrong points", f"{now.wrong} of {len(rule.rows)}"),
        *([] if fewest is None else [Fact("best line there is", f"{fewest} wrong")]),
        Fact("summed loss", number(now.loss), rf"E = -\sum y\,{score} \text{{ over wrong points}}"),
        *_weights(rule),
        *_picked(rule),
        Fact("updates", str(rule.updates)),
        _step_size(rule),
        Fact("fewest so far", f"{rule.history[rule.best].wrong}, after update {rule.best}"),
    ]


def _step_size(rule: Rule) -> Fact:
    i = len(rule.history)
    if rule.eta == "1/i":
        return Fact("next η", f"1/{i} = {number(rule.size)}" if i > 1 else "1", r"\eta = \frac{1}{i}")
    return Fact("next η", rule.eta)


def _weights(rule: Rule) -> list[Fact]:
    """With the rule, and right after an update with its numbers."""
    now = rule.now.weights
    w_rule, b_rule = r"w \leftarrow w + \eta\,y\,x", r"b \leftarrow b + \eta\,y"
    if rule.picked is not None and rule.done == "update":
        before, i = rule.history[-2].weights, rule.updates
        # 1/3 where that is exact, and the step as it was made where η was changed since
        size = rf"\frac{{1}}{{{i}}}" if i > 1 and abs(rule.now.step - 1 / i) < 1e-12 else tex(rule.now.step)
        step = f"{'+' if rule.signs[rule.picked.row] > 0 else '-'} {size}"
        w_rule = rf"{vector(before[:2])} {step} \cdot {_place(rule)}"
        b_rule = f"{tex(before[2])} {step}" if len(now) == 3 else ""
    found = [Fact("w", vector(now[:2]), w_rule)]
    return [*found, Fact("b", number(now[2]), b_rule)] if len(now) == 3 else found


def _picked(rule: Rule) -> list[Fact]:
    if rule.picked is None:
        return []
    row, score = rule.rows[rule.picked.row], rule.picked.score
    weights = rule.history[-2].weights if rule.done == "update" else rule.now.weights
    value = number(score)
    if rule.done == "update":
        value += f" before, {number(_dot(rule.now.weights, row))} after"
    sign = rule.signs[rule.picked.row]
    products = zip(weights[:2], row[:2], strict=True)
    # with the bias in it the line holds four digits of each no more
    formula = summed(products, weights[2], 3) if len(row) == 3 else summed(products)
    return [
        Fact("chosen point", f"{_place(rule)}, class {CLASS[sign]}, y = {sign:+d}"),
        Fact("its score", value, formula),
    ]


def _place(rule: Rule) -> str:
    assert rule.picked is not None  # asked for only where a point is chosen
    return vector(rule.rows[rule.picked.row][:2])


def _dot(weights: Vector, row: Vector) -> float:
    return sum(w * x for w, x in zip(weights, row, strict=True))
