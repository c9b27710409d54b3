"""A trained variational autoencoder of the 8×8 digits, from its weights: 64 → 128 → 2 · 2, and 2 → 128 → 64."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dltui.explore.digits import digits
from dltui.explore.gaussian import divergence
from dltui.places import assets_dir

Array = NDArray[np.float64]
Layer = tuple[Array, Array]
"""Weights (out, in) and bias (out,)."""


@dataclass(frozen=True, eq=False)
class Variational:
    encoder: tuple[Layer, Layer]
    decoder: tuple[Layer, Layer]

    def encoded(self, rows: Array) -> tuple[Array, Array]:
        """(n, pixels) -> means and log-variances, (n, k) each."""
        both = _network(self.encoder, rows)
        half = both.shape[1] // 2
        return both[:, :half], both[:, half:]

    def logits(self, codes: Array) -> Array:
        """(n, k) -> (n, pixels)"""
        return _network(self.decoder, codes)

    def decoded(self, codes: Array) -> Array:
        """(n, k) -> (n, pixels), 0 … 1"""
        return np.asarray(0.5 * (1 + np.tanh(0.5 * self.logits(codes))), dtype=float)

    def reconstruction(self, row: Array, code: Array) -> float:
        """Binary cross-entropy of one row, summed over its pixels, in nats."""
        z = self.logits(code[None])[0]
        return float((np.logaddexp(0.0, z) - row * z).sum())



@cache
def trained() -> Variational:
    with np.load(assets_dir() / "digits-vae.npz", allow_pickle=False) as file:
        layers = [(file[f"{name}w"].astype(float), file[f"{name}b"].astype(float)) for name in ("e1", "e2", "d1", "d2")]
    return Variational((layers[0], layers[1]), (layers[2], layers[3]))


@cache
def held_out() -> tuple[Array, Array]:
    """Means and log-variances of the held-out digits: (500, 2) each."""
    return trained().encoded(digits().test)


@cache
def held_out_losses() -> tuple[float, float]:
    """Reconstruction from the means, and divergence: means over the held-out digits, in nats."""
    means, logvars = held_out()
    rows, model = digits().test, trained()
    lost = [model.reconstruction(row, code) for row, code in zip(rows, means, strict=True)]
    return float(np.mean(lost)), divergence(means, logvars) / len(rows)


def entropy(row: Array) -> float:
    """The least that the binary cross-entropy of this row can be, in nats: grey pixels cost even where they are right.
    """
    inner = row[(row > 0) & (row < 1)]
    return float(-(inner * np.log(inner) + (1 - inner) * np.log(1 - inner)).sum())


def _network(layers: tuple[Layer, Layer], rows: Array) -> Array:
    (first, first_bias), (second, second_bias) = layers
    hidden = np.maximum(rows @ first.T + first_bias, 0.0)
    return np.asarray(hidden @ second.T + second_bias, dtype=float)
