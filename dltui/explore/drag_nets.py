"""Two trained networks for the digits, from their weights: 64-32-10, and two convolutions with a global max pool."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from dltui.explore.digits import SIDE, digits
from dltui.places import assets_dir

Array = NDArray[np.float64]
Layer = tuple[Array, Array]
"""Weights and bias: (out, in) or (out, in, k, k), and (out,)."""
REACH = 3
"""A digit is dragged by so many pixels at most, to each side."""
PLACES = tuple((down, right) for down in range(-REACH, REACH + 1) for right in range(-REACH, REACH + 1))


@dataclass(frozen=True, eq=False)
class Nets:
    layers: tuple[Layer, Layer]
    """Of the dense network."""
    filters: tuple[Layer, Layer]
    answer: Layer
    """The last layer of the convolutional network."""

    def dense(self, pictures: Array) -> Array:
        """(n, 8, 8) -> scores (n, 10)"""
        (w1, b1), (w2, b2) = self.layers
        hidden = np.maximum(pictures.reshape(len(pictures), -1) @ w1.T + b1, 0.0)
        return np.asarray(hidden @ w2.T + b2, dtype=float)

    def convolutional(self, pictures: Array) -> Array:
        """(n, 8, 8) -> scores (n, 10)"""
        maps = pictures[:, None]
        for layer in self.filters:
            maps = np.maximum(convolved(maps, layer), 0.0)
        w, b = self.answer
        return np.asarray(maps.max(axis=(2, 3)) @ w.T + b, dtype=float)

    @property
    def parameters(self) -> tuple[int, int]:
        dense, other = self.layers, (*self.filters, self.answer)
        return sum(w.size + b.size for w, b in dense), sum(w.size + b.size for w, b in other)


def convolved(maps: Array, layer: Layer) -> Array:
    """(n, in, h, w) -> (n, out, h, w): filters of odd size, zeros around."""
    weights, bias = layer
    k = weights.shape[-1]
    around = np.pad(maps, ((0, 0), (0, 0), (k // 2, k // 2), (k // 2, k // 2)))
    seen = sliding_window_view(around, (k, k), axis=(2, 3))  # (n, in, h, w, k, k)
    n, _, h, w = maps.shape
    rows = seen.transpose(0, 2, 3, 1, 4, 5).reshape(n * h * w, -1)
    found = rows @ weights.reshape(len(weights), -1).T + bias
    return np.asarray(found.reshape(n, h, w, -1).transpose(0, 3, 1, 2), dtype=float)


def moved(picture: Array, down: int, right: int) -> Array:
    """(h, w) moved by so many pixels; what leaves it is gone, and zeros come in."""
    h, w = picture.shape
    found = np.zeros_like(picture)
    if abs(down) < h and abs(right) < w:
        here = picture[max(0, -down) : h - max(0, down), max(0, -right) : w - max(0, right)]
        found[max(0, down) : h + min(0, down), max(0, right) : w + min(0, right)] = here
    return found


def probabilities(scores: Array) -> Array:
    """Softmax over the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), dtype=float)


def digit(place: int) -> Array:
    """(8, 8), 0 … 1, of the held-out digits."""
    return np.asarray(digits().test[place].reshape(SIDE, SIDE), dtype=float)


@lru_cache(maxsize=64)
def everywhere(place: int) -> tuple[Array, Array]:
    """The probabilities that both networks give a held-out digit in each of PLACES: (49, 10) each."""
    pictures = np.stack([moved(digit(place), *by) for by in PLACES])
    return probabilities(trained().dense(pictures)), probabilities(trained().convolutional(pictures))


@cache
def trained() -> Nets:
    with np.load(assets_dir() / "digits-drag.npz", allow_pickle=False) as file:
        d1, d2, c1, c2, c3 = (
            (file[f"{name}w"].astype(float), file[f"{name}b"].astype(float)) for name in ("d1", "d2", "c1", "c2", "c3")
        )
    return Nets((d1, d2), (c1, c2), c3)
