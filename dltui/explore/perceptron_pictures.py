"""The pictures of a perceptron: the points and the line, the course of the updates, the plane of all weights."""

from __future__ import annotations

import math

import numpy as np

from dltui.explore.plane import clipped, grid, rows
from dltui.explore.rosenblatt import Rule, Vector, mistaken, scored
from dltui.scene import Arrow, Heat, Item, Line, Mark, Pair, Scene

FINE = 32
"""Cells of a heat map along one side."""
SHADE = 0.3
"""How much of its colour a half-plane shows: the points are the subject."""
WINDOW = 200
"""Updates that the course shows."""


def boundary(rule: Rule, box: Pair, cursor: Pair | None) -> Scene:
    """The points, the wrong ones ringed, the picked one crossed; the line before and after; the weights as an arrow."""
    items: list[Item] = []
    weights = rule.now.weights
    if any(weights):
        centres = grid(box, box, FINE)
        inputs = np.concatenate([centres, np.ones((len(centres), 1))], axis=1)[:, : len(weights)]
        shade = SHADE * np.sign(inputs @ np.array(weights))
        items.append(Heat(rows(shade, FINE), -1.0, 1.0))
    if rule.updates:
        items += _line(rule.history[-2].weights, box, "before")
    items += _line(weights, box, "s=0")
    items += _arrow(weights, box)
    items += _points(rule)
    if cursor is not None:
        items.append(Mark(*cursor, "accent"))
    return Scene(box, box, tuple(items), _title(rule), "x₁", "x₂", square=True)


def progress(rule: Rule) -> Scene:
    """Wrong points and summed loss after each update."""
    start = max(0, rule.updates - WINDOW)
    shown = rule.history[start:]
    wrong = tuple((float(start + i), float(each.wrong)) for i, each in enumerate(shown))
    loss = tuple((float(start + i), each.loss) for i, each in enumerate(shown))
    top = max(1.0, *(y for _, y in wrong), *(y for _, y in loss))
    items: tuple[Item, ...] = (
        Line(loss, "second", dashed=True, name="loss"),
        Line(wrong, "model", name="errors"),
        Mark(*loss[-1], "second"),
        Mark(*wrong[-1], "model"),
    )
    end = float(max(start + 10, rule.updates))
    return Scene((float(start), end), (0.0, 1.1 * top), items, "errors and loss", "update")


def every_weight(rule: Rule) -> Scene:
    """The plane of the weights (w₁, w₂), b as it is now: dark where few points are wrong, with the path of the rule."""
    path = tuple((w[0], w[1]) for w in (each.weights for each in rule.history[-WINDOW - 1 :]))
    reach = _round(1.2 * max(1.0, *(max(abs(a), abs(b)) for a, b in path)))
    box = (-reach, reach)
    centres = grid(box, box, FINE)
    bias = rule.now.weights[2:]
    inputs = np.array(rule.rows, dtype=float).reshape(len(rule.rows), len(rule.now.weights))
    scores = inputs[:, :2] @ centres.T + (bias[0] if bias else 0.0)
    wrong = (scores * np.array(rule.signs, dtype=float)[:, None] <= 0).sum(axis=0).astype(float)
    items: tuple[Item, ...] = (
        Heat(rows(wrong, FINE), 0.0, float(max(1, len(rule.rows))), "grey"),
        Line(path, "model", name="w so far"),
        Mark(*path[-1], "chosen"),
    )
    return Scene(box, box, items, "errors: dark is few", "w₁", "w₂", square=True)


def _title(rule: Rule) -> str:
    return f"{rule.now.wrong} of {len(rule.rows)} wrong"


def _points(rule: Rule) -> list[Item]:
    wrong = set(mistaken(scored(rule.rows, rule.now.weights), rule.signs).tolist())
    marks: list[Item] = [
        Mark(row[0], row[1], "class1" if sign > 0 else "class0", ring=i in wrong)
        for i, (row, sign) in enumerate(zip(rule.rows, rule.signs, strict=True))
    ]
    if rule.picked is not None:
        row = rule.rows[rule.picked.row]
        marks.append(Mark(row[0], row[1], "chosen", ring=rule.picked.row in wrong))
    return marks


def _line(weights: Vector, box: Pair, name: str) -> list[Item]:
    a, b, c = (*weights, 0.0)[:3]
    ends = clipped(a, b, c, box, box)
    return [Line(ends, "faint" if name == "before" else "boundary", dashed=True, name=name)] if ends else []


def _arrow(weights: Vector, box: Pair) -> list[Item]:
    """From the line along w, shortened where it would leave the picture."""
    a, b, c = (*weights, 0.0)[:3]
    ends = clipped(a, b, c, box, box)
    if not ends:
        return []
    length = math.hypot(a, b)
    foot = (-c * a / length**2, -c * b / length**2)
    if not all(box[0] <= at <= box[1] for at in foot):
        foot = ((ends[0][0] + ends[1][0]) / 2, (ends[0][1] + ends[1][1]) / 2)
    room = 0.35 * (box[1] - box[0])
    shown = min(1.0, room / length)
    tip = (foot[0] + shown * a, foot[1] + shown * b)
    return [Arrow(foot, tip, name="w")]


def _round(reach: float) -> float:
    """The next of 1, 2, 3, 5 times a power of ten: the axes stay for a while when the weights grow."""
    power = 10.0 ** math.floor(math.log10(reach))
    return next(step * power for step in (1, 2, 3, 5, 10) if step * power >= reach * (1 - 1e-9))
