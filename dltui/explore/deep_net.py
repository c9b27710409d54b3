"""A deep net of equal layers: forward, and the gradient on its way back, layer by layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Activation = Literal["sigmoid", "tanh", "relu"]
ACTIVATIONS: tuple[Activation, ...] = ("sigmoid", "tanh", "relu")
EPSILON = 1e-5
"""Added to the variance by batch normalisation, as torch does."""
FLAT: Mapping[Activation, float] = MappingProxyType({"sigmoid": 0.025, "tanh": 0.1, "relu": 0.0})
"""Slopes up to this one count as flat: a tenth of the steepest; for ReLU those that are off."""


@dataclass(frozen=True)
class Deep:
    """a_l = f(N(W_l a_{l-1} + b)), plus a_{l-1} if residual; N is nothing or batch normalisation."""

    weights: Sequence[Array]
    """(n, n) for each layer, outputs first."""
    bias: float
    activation: Activation
    residual: bool = False
    norm: bool = False

    def passed(self, x: Array, end: Array) -> Passed:
        """Forward from the rows x, (rows, n), then backward from dE/da at the last layer, `end` of the same shape."""
        a = [x]
        inner: list[Array] = []
        spread: list[Array] = []
        for weight in self.weights:
            z = a[-1] @ weight.T + self.bias
            deviation = np.sqrt(z.var(axis=0) + EPSILON) if self.norm else np.ones(z.shape[1])
            z = (z - z.mean(axis=0)) / deviation if self.norm else z
            inner.append(z)
            spread.append(deviation)
            a.append(bent(self.activation, z) + (a[-1] if self.residual else 0.0))
        back = [end]
        by_weight: list[Array] = []
        for layer in reversed(range(len(self.weights))):
            by_z = back[0] * slope(self.activation, inner[layer])
            if self.norm:
                z = inner[layer]
                by_z = (by_z - by_z.mean(axis=0) - z * (by_z * z).mean(axis=0)) / spread[layer]
            by_weight.insert(0, by_z.T @ a[layer])
            back.insert(0, by_z @ self.weights[layer] + (back[0] if self.residual else 0.0))
        return Passed(tuple(a), tuple(inner), tuple(back), tuple(by_weight))


@dataclass(frozen=True)
class Passed:
    """What came out of one way forward and one way back."""

    a: tuple[Array, ...]
    """Values, those of the input first: one more than layers."""
    z: tuple[Array, ...]
    """What each layer bends."""
    back: tuple[Array, ...]
    """dE/da, in the places of `a`."""
    by_weight: tuple[Array, ...]
    """dE/dW of each layer."""


def bent(activation: Activation, z: Array) -> Array:
    """f(z), element by element."""
    match activation:
        case "sigmoid":
            return np.asarray(np.exp(-np.logaddexp(0.0, -z)), dtype=float)
        case "tanh":
            return np.asarray(np.tanh(z), dtype=float)
        case "relu":
            return np.maximum(z, 0.0)


def slope(activation: Activation, z: Array) -> Array:
    """f'(z), element by element; that of ReLU is 0 at 0, as in torch."""
    match activation:
        case "sigmoid":
            s = bent("sigmoid", z)
            return np.asarray(s * bent("sigmoid", -z), dtype=float)
        case "tanh":
            return np.asarray(1.0 - np.tanh(z) ** 2, dtype=float)
        case "relu":
            return np.where(z > 0, 1.0, 0.0)


def size(values: Array) -> float:
    """Root of the mean square"""
    return float(np.sqrt(np.mean(values**2)))


def apart(values: Array) -> float:
    """How far rows lie apart: their deviation in each column, as a root of the mean square. (rows, n)"""
    return size(values - values.mean(axis=0))
