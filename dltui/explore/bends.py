"""Activation functions and their slopes, element by element; at a kink the slope is the one that PyTorch takes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from dltui.scene import Heat

Array = NDArray[np.float64]
Function = Callable[[Array, float], Array]
"""(z, alpha) -> value or slope, shaped as z; most of them have no use for alpha."""
FLAT = 0.05
"""Saturated: the slope is below this share of the largest one."""
PLAIN, SHADED = 0.48, 0.85
"""Places on the ramp of classes where a background shows nothing and where it shows, in 16 colours and ASCII too."""
REACH = 6.0
"""How far z goes to both sides in pictures."""


@dataclass(frozen=True)
class Bend:
    name: str
    value: Function
    slope: Function
    range: str
    """The values it takes, in words; {alpha} stands for alpha."""
    tex: str
    """f(z), with {z} for z, {brackets} for it as a factor, {minus} for -z."""
    slope_tex: str
    """f'(z), with {z}, {y} for f(z) and {alpha}."""
    below: str = ""
    """The formulas for z ≤ 0, where they are others."""
    slope_below: str = ""
    kink: bool = False
    steepest: float = 1.0
    """The largest slope."""

    def at(self, z: float, alpha: float) -> float:
        return float(self.value(np.array([z]), alpha)[0])

    def slope_at(self, z: float, alpha: float) -> float:
        return float(self.slope(np.array([z]), alpha)[0])

    def difference(self, z: float, h: float, alpha: float) -> float:
        """The central difference."""
        return (self.at(z + h, alpha) - self.at(z - h, alpha)) / (2 * h)

    def flat(self, z: Array, alpha: float) -> NDArray[np.bool_]:
        """Where it is saturated."""
        return np.abs(self.slope(z, alpha)) < FLAT * self.steepest


def sigmoid(z: Array, alpha: float = 0.0) -> Array:
    return np.asarray(np.exp(-np.logaddexp(0.0, -z)), dtype=float)


def _sigmoid_slope(z: Array, alpha: float) -> Array:
    return sigmoid(z) * sigmoid(-z)


def _tanh(z: Array, alpha: float) -> Array:
    return np.tanh(z)


def _tanh_slope(z: Array, alpha: float) -> Array:
    return 1 - np.tanh(z) ** 2


def _relu(z: Array, alpha: float) -> Array:
    return np.maximum(z, 0.0)


def _relu_slope(z: Array, alpha: float) -> Array:
    return (z > 0).astype(float)


def _leaky(z: Array, alpha: float) -> Array:
    return np.where(z > 0, z, alpha * z)


def _leaky_slope(z: Array, alpha: float) -> Array:
    return np.where(z > 0, 1.0, alpha)


def _elu(z: Array, alpha: float) -> Array:
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0.0)))


def _elu_slope(z: Array, alpha: float) -> Array:
    return np.where(z > 0, 1.0, alpha * np.exp(np.minimum(z, 0.0)))


def _normal(z: Array) -> Array:
    """The share of a normal distribution that lies below z."""
    return np.array([0.5 * (1 + math.erf(each / math.sqrt(2))) for each in z.ravel()]).reshape(z.shape)


def _gelu(z: Array, alpha: float) -> Array:
    return z * _normal(z)


def _gelu_slope(z: Array, alpha: float) -> Array:
    return _normal(z) + z * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)


BENDS: Mapping[str, Bend] = MappingProxyType({bend.name: bend for bend in (
    Bend("sigmoid", sigmoid, _sigmoid_slope, "between 0 and 1", r"\frac{{1}}{{1 + e^{{{minus}}}}}",
         r"y\,(1 - y) = {y}\,(1 - {y})", steepest=0.25),
    Bend("tanh", _tanh, _tanh_slope, "between -1 and 1", r"\tanh({z})", r"1 - y^2 = 1 - {factor}^2"),
    Bend("relu", _relu, _relu_slope, "from 0 up", r"\max(0, {z})", "1", slope_below="0", kink=True),
    Bend("leaky_relu", _leaky, _leaky_slope, "of any size", "z", "1",
         r"\alpha\,z = {alpha} \cdot {brackets}", r"\alpha", kink=True),
    Bend("elu", _elu, _elu_slope, "above -{alpha}", "z", "1", r"\alpha\,(e^z - 1) = {alpha}\,(e^{{{z}}} - 1)",
         r"\alpha\,e^z = {alpha}\,e^{{{z}}}", kink=True),
    Bend("gelu", _gelu, _gelu_slope, "above -0.17", r"z\,\Phi(z)", r"\Phi(z) + z\,\varphi(z)", steepest=1.129),
)})  # fmt: skip
"""By the names that layers have. gelu: Hendrycks & Gimpel 2016; elu: Clevert et al. 2015; leaky: Maas et al. 2013."""


def shade(bend: Bend, alpha: float, low: float, high: float, columns: int = 48) -> Heat:
    """A background that shows where the function is saturated, for z from low to high."""
    flat = bend.flat(np.linspace(low, high, columns), alpha)
    return Heat((tuple(SHADED if each else PLAIN for each in flat.tolist()),), 0.0, 1.0)
