"""One logistic unit on labelled points: cross-entropy, its gradient, and the best b and w there are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from dltui.explore import points
from dltui.explore.logistic_curve import Array, sigmoid
from dltui.scene import Pair


@dataclass(frozen=True, eq=False)
class Fit:
    x: Array
    """(n,)"""
    passed: Array
    """(n,), 0.0 or 1.0"""

    def loss(self, b: Array, w: Array) -> Array:
        """Mean cross-entropy for each pair of b and w: (k,)."""
        z = b[:, None] + w[:, None] * self.x
        return np.asarray((np.logaddexp(0.0, z) - self.passed * z).mean(axis=1), dtype=float)

    def at(self, b: float, w: float) -> float:
        return float(self.loss(np.array([b]), np.array([w]))[0])

    def gradient(self, b: float, w: float) -> Pair:
        """dCE/db, dCE/dw: the means of (p - y) and of (p - y)·x."""
        error = sigmoid(b + w * self.x) - self.passed
        return float(error.mean()), float((error * self.x).mean())

    def wrong(self, b: float, w: float) -> NDArray[np.bool_]:
        """(n,), True where the output is on the wrong side of one half; one half itself says class 0."""
        return np.asarray((b + w * self.x > 0) != (self.passed > 0))

    def line_error(self, b: float, w: float) -> float:
        """The mean squared error of the line b + w·x."""
        return float(((b + w * self.x - self.passed) ** 2).mean())

    @cached_property
    def line(self) -> Pair:
        """b and w of the line with the smallest squared error: least squares."""
        x, y = self.x.mean(), self.passed.mean()
        w = float(((self.x - x) * (self.passed - y)).sum() / ((self.x - x) ** 2).sum())
        return float(y - w * x), w

    @cached_property
    def best(self) -> Pair:
        """b and w of the smallest cross-entropy, by Newton's method; finite where the classes overlap."""
        inputs = np.stack([np.ones_like(self.x), self.x], axis=1)
        weights = np.zeros(2)
        for _ in range(25):
            p = sigmoid(inputs @ weights)
            curvature = inputs.T @ (inputs * (p * (1 - p))[:, None])
            weights = weights - np.linalg.solve(curvature, inputs.T @ (p - self.passed))
        return float(weights[0]), float(weights[1])


@cache
def hours(seed: int) -> Fit:
    """The students of `points.hours`."""
    found = points.hours(seed)
    return Fit(found.x[:, 0], found.y.astype(float))
