"""The perceptron rule as a chain of values: pick a wrong point, score it, take the gradient, update the weights."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dltui.explore.dice import Dice

Vector = tuple[float, ...]
Stage = Literal["pick", "score", "gradient", "update"]
STAGES: tuple[Stage, ...] = ("pick", "score", "gradient", "update")
ON_THE_LINE = 1e-12
"""A smaller score is 0: the dust of adding 0.1 ten times shall not decide on which side a point lies."""


@dataclass(frozen=True)
class Moment:
    """Where the weights stood after some number of updates."""

    weights: Vector
    wrong: int
    loss: float
    """Σ -y·w·x over the wrong points, 0 where none is wrong."""
    step: float = 0.0
    """The step size of the update that led here; 0 at the start."""


@dataclass(frozen=True)
class Pick:
    row: int
    score: float
    """w·x with the weights of the moment when it was picked."""


@dataclass(frozen=True)
class Rule:
    rows: tuple[Vector, ...]
    """A constant 1 comes last in each row where there is a bias."""
    signs: tuple[int, ...]
    """-1 or +1 for each row"""
    dice: Dice
    history: tuple[Moment, ...]
    """One for the start and one for each update: the last is now."""
    eta: str = "1/i"
    """The step size: a number, or 1/i with i counting the updates from 1."""
    done: Stage = "update"
    """The last micro-step; `update` means that the next one picks."""
    picked: Pick | None = None
    """The last picked point; it stays after its update."""
    since: int = 0
    """Updates that were made before a learner last changed points or weights: what was before proves nothing now."""

    @classmethod
    def begin(cls, rows: tuple[Vector, ...], signs: tuple[int, ...], weights: Vector, dice: Dice, eta: str) -> Rule:
        return cls(rows, signs, dice, (measured(rows, signs, weights),), eta)

    @property
    def now(self) -> Moment:
        return self.history[-1]

    @property
    def updates(self) -> int:
        return len(self.history) - 1

    @property
    def size(self) -> float:
        """The step size of the next update."""
        return 1 / len(self.history) if self.eta == "1/i" else float(self.eta)

    @property
    def settled(self) -> bool:
        return self.now.wrong == 0

    @property
    def returned(self) -> int | None:
        """The update after which the same weights stood before, over the same points; None: never.

        Where a line separates the points this cannot be: with w* its weights, each update adds eta·y·w*·x > 0 to w·w*.
        """
        here = self.now.weights
        return next((i for i in range(self.since, self.updates) if _same(self.history[i].weights, here)), None)

    @property
    def best(self) -> int:
        """The update after which the fewest points were wrong, the first such."""
        return min(range(self.since, len(self.history)), key=lambda i: self.history[i].wrong)

    def stepped(self) -> Rule:
        """One micro-step further; the same where no point is wrong."""
        if self.settled:
            return self
        stage = STAGES[(STAGES.index(self.done) + 1) % 4]
        if stage == "pick":
            scores = scored(self.rows, self.now.weights)
            wrong = mistaken(scores, self.signs)
            drawn, dice = self.dice.choice(len(wrong))
            row = int(wrong[drawn])
            return replace(self, done=stage, dice=dice, picked=Pick(row, float(scores[row])))
        if stage == "update":
            return replace(self, done=stage, history=(*self.history, self._next()))
        return replace(self, done=stage)

    def updated(self) -> Rule:
        """One whole update further, or the rest of the one that has begun."""
        rule = self.stepped()
        while rule.done != "update":
            rule = rule.stepped()
        return rule

    def with_points(self, rows: tuple[Vector, ...], signs: tuple[int, ...]) -> Rule:
        """The same weights over other points. A pick that is no longer there is dropped."""
        now = replace(measured(rows, signs, self.now.weights), step=self.now.step)
        history = (*self.history[:-1], now)
        rule = replace(self, rows=rows, signs=signs, history=history, since=self.updates)
        if self.picked is not None and self.picked.row >= len(rows):
            return replace(rule, picked=None, done="update")
        return rule

    def with_weights(self, weights: Vector) -> Rule:
        """Other weights, set by hand. A thought that had begun is dropped."""
        now = measured(self.rows, self.signs, weights)
        return replace(
            self, history=(*self.history[:-1], now), picked=None, done="update", since=self.updates,
        )

    def _next(self) -> Moment:
        assert self.picked is not None  # an update comes after a pick
        step = self.size * self.signs[self.picked.row]
        row = self.rows[self.picked.row]
        weights = tuple(w + step * x for w, x in zip(self.now.weights, row, strict=True))
        return replace(measured(self.rows, self.signs, weights), step=self.size)


def scored(rows: tuple[Vector, ...], weights: Vector) -> NDArray[np.float64]:
    """w·x of each row."""
    inputs = np.array(rows, dtype=float).reshape(len(rows), len(weights))
    return np.asarray(inputs @ np.array(weights), dtype=float)


def mistaken(scores: NDArray[np.float64], signs: tuple[int, ...]) -> NDArray[np.intp]:
    """Rows whose score has not the sign of their class; a score of 0 has neither and is wrong for both."""
    return np.flatnonzero(scores * np.array(signs, dtype=float) < ON_THE_LINE)


def measured(rows: tuple[Vector, ...], signs: tuple[int, ...], weights: Vector) -> Moment:
    scores = scored(rows, weights)
    wrong = mistaken(scores, signs)
    loss = -float((scores * np.array(signs, dtype=float))[wrong].sum())
    return Moment(weights, len(wrong), loss + 0.0)


def _same(one: Vector, other: Vector) -> bool:
    return all(abs(a - b) < 1e-9 for a, b in zip(one, other, strict=True))
