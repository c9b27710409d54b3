"""A line, the logistic function of it, and weighted sums of such units."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
RISE = 2 * math.log(9)
"""σ climbs from 0.1 to 0.9 while its argument grows by this much."""


@dataclass(frozen=True)
class Unit:
    b: float
    w: float
    v: float = 1.0
    """Its weight in the sum; a unit that stands alone has none."""

    def crossing(self, p: float) -> float | None:
        """Where σ(b + w·x) is p; None where w is 0."""
        at = (math.log(p / (1 - p)) - self.b) / self.w if self.w else math.inf
        return at if math.isfinite(at) else None

    @property
    def rise(self) -> float | None:
        """The width of the climb from 0.1 to 0.9; None where w is 0."""
        width = RISE / abs(self.w) if self.w else math.inf
        return width if math.isfinite(width) else None


@dataclass(frozen=True)
class Curve:
    """y = b + w·x of one unit, or the sum of v·(b + w·x) over several; squashed: with σ around each b + w·x."""

    units: tuple[Unit, ...]
    squashed: bool = True

    @property
    def alone(self) -> Unit | None:
        """The unit if it is the only one."""
        return self.units[0] if len(self.units) == 1 else None

    def parts(self, x: Array) -> list[Array]:
        """What each unit adds to the sum: one array shaped as x for each."""
        outputs = [sigmoid(unit.b + unit.w * x) if self.squashed else unit.b + unit.w * x for unit in self.units]
        if self.alone:
            return outputs
        return [unit.v * output for unit, output in zip(self.units, outputs, strict=True)]

    def y(self, x: Array) -> Array:
        return np.asarray(sum(self.parts(x)), dtype=float)

    def at(self, x: float) -> float:
        return float(self.y(np.array([x]))[0])

    def slope(self, x: float) -> float:
        """dy/dx; of σ(z) that is w·σ(z)·(1 - σ(z))."""
        total = 0.0
        for unit in self.units:
            weight = unit.w if self.alone else unit.v * unit.w
            s = float(sigmoid(np.array([unit.b + unit.w * x]))[0])
            total += weight * s * (1 - s) if self.squashed else weight
        return total

    def distance(self, other: Curve, low: float, high: float) -> float:
        """The largest difference of the two between low and high, at 401 places."""
        x = np.linspace(low, high, 401)
        return float(np.abs(self.y(x) - other.y(x)).max())

    def peak(self, low: float, high: float) -> tuple[float, float]:
        """The place and the value of the largest y, at 401 places."""
        x = np.linspace(low, high, 401)
        y = self.y(x)
        return float(x[int(y.argmax())]), float(y.max())


TARGETS: Mapping[str, Curve] = MappingProxyType({
    "bump": Curve((Unit(-8.0, 20.0), Unit(-12.0, 20.0, -1.0))),
    "stairs": Curve((Unit(-12.0, 40.0, 0.5), Unit(-28.0, 40.0, 0.5))),
})
HINTS: Mapping[str, str] = MappingProxyType({
    "bump": "Up around x = 0.4, down around x = 0.6: give each unit one of them as its -b/w, and v = 1 and -1.",
    "stairs": "Two steps up, each half as high: put -b/w at x = 0.3 and x = 0.7 with v = 0.5 both, then steepen.",
})


def sigmoid(z: Array) -> Array:
    """1 / (1 + e⁻ᶻ) without overflow."""
    return np.asarray(np.exp(-np.logaddexp(0.0, -z)), dtype=float)
