"""One number of a variational code: its mean and log-variance, the sample drawn from them, the divergence."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def divergence(mean: Array, logvar: Array) -> float:
    """KL(N(mean, exp(logvar)) ‖ N(0, 1)), summed over the numbers (Kingma and Welling 2014, appendix B)."""
    return float(0.5 * (mean**2 + np.exp(logvar) - 1.0 - logvar).sum())


def sample(mean: Array, logvar: Array, noise: Array) -> Array:
    """mean + standard deviation · noise: random, and yet a function of mean and logvar that has a slope."""
    return np.asarray(mean + np.exp(0.5 * logvar) * noise, dtype=float)


def density(z: Array, mean: float, deviation: float) -> Array:
    """Of the normal distribution."""
    scaled = (z - mean) / deviation
    return np.asarray(np.exp(-0.5 * scaled**2) / (deviation * math.sqrt(2 * math.pi)), dtype=float)


def slopes_of_square(mean: float, logvar: float, noise: Array) -> tuple[float, float]:
    """The gradient of the mean of z² over these draws, by mean and by logvar."""
    deviation = math.exp(0.5 * logvar)
    z = mean + deviation * noise
    return float((2 * z).mean()), float((2 * z * 0.5 * deviation * noise).mean())
