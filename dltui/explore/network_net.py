"""Two inputs, two hidden units, one output: nine numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Activation = Literal["relu", "step", "tanh", "sigmoid"]
ACTIVATIONS: tuple[Activation, ...] = ("relu", "step", "tanh", "sigmoid")
NAMES = ("w11", "w12", "b1", "w21", "w22", "b2", "v1", "v2", "c")
Numbers = tuple[float, ...]
"""The nine, in the order of NAMES."""
CORNERS = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
CORNERS.setflags(write=False)
HALF = 0.5
"""An output above it says 1."""
CLOSE = 1e-9
"""An output this near to ½ says neither."""
TASKS: Mapping[str, tuple[int, ...]] = MappingProxyType({
    "xor": (0, 1, 1, 0), "and": (0, 0, 0, 1), "or": (0, 1, 1, 1), "same": (1, 0, 0, 1),
})
"""The wanted output at each of CORNERS."""


@dataclass(frozen=True)
class Net:
    """h = activation(W x + b), y = v·h + c."""

    numbers: Numbers
    activation: Activation

    def hidden(self, x: Array) -> Array:
        """(n, 2) -> (n, 2)"""
        w11, w12, b1, w21, w22, b2 = self.numbers[:6]
        return activated(self.activation, x @ np.array([[w11, w21], [w12, w22]]) + np.array([b1, b2]))

    def output(self, x: Array) -> Array:
        """(n, 2) -> (n,)"""
        return np.asarray(self.hidden(x) @ np.array(self.numbers[6:8]) + self.numbers[8], dtype=float)

    def right(self, wanted: tuple[int, ...]) -> tuple[bool, ...]:
        """For each corner, whether the output says what is wanted."""
        margin = (self.output(CORNERS) - HALF) * (2 * np.array(wanted) - 1)
        return tuple((margin > CLOSE).tolist())

    def error(self, wanted: tuple[int, ...]) -> float:
        """Σ (y - t)² over the corners"""
        return float(((self.output(CORNERS) - np.array(wanted)) ** 2).sum())

    def swapped(self) -> Net:
        """The same net with its hidden units named the other way round."""
        w11, w12, b1, w21, w22, b2, v1, v2, c = self.numbers
        return Net((w21, w22, b2, w11, w12, b1, v2, v1, c), self.activation)


def activated(activation: Activation, z: Array) -> Array:
    """Element by element; a step is 1 above 0 and 0 at 0."""
    match activation:
        case "relu":
            return np.maximum(z, 0.0)
        case "step":
            return np.where(z > 0, 1.0, 0.0)
        case "tanh":
            return np.asarray(np.tanh(z), dtype=float)
        case "sigmoid":
            return np.asarray(np.exp(-np.logaddexp(0.0, -z)), dtype=float)
