"""A linear autoencoder in numpy: its error, its gradients, Adam, and the angle to the principal subspace.

With centred rows x the output is D·E·x. All that the error needs of the data is their covariance C:
mean |x - D·E·x|² / n = tr((I - DE) C (I - DE)ᵀ) / n. Its best D·E is the projection on the first principal axes (Baldi
and Hornik, Neural networks and principal component analysis, 1989).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
BETAS, EPSILON = (0.9, 0.999), 1e-8


@dataclass(frozen=True, eq=False)
class Linear:
    encoder: Array
    """(k, n)"""
    decoder: Array
    """(n, k)"""
    means: tuple[Array, Array]
    """Adam's running means of the gradients."""
    squares: tuple[Array, Array]
    steps: int = 0

    @classmethod
    def drawn(cls, size: int, inputs: int, seed: int) -> Linear:
        """Small random weights."""
        random = np.random.default_rng(seed)
        encoder = random.uniform(-1, 1, (size, inputs)) / np.sqrt(inputs)
        decoder = random.uniform(-1, 1, (inputs, size)) / np.sqrt(size)
        return cls(encoder, decoder, *(2 * ((np.zeros_like(encoder), np.zeros_like(decoder)),)))

    def error(self, covariance: Array) -> float:
        """Mean squared error per number."""
        return error(self.encoder, self.decoder, covariance)

    def trained(self, covariance: Array, steps: int, rate: float) -> Linear:
        """After so many steps of Adam on all rows at once."""
        state = self
        for _ in range(steps):
            state = state._stepped(covariance, rate)
        return state

    def solved(self, covariance: Array) -> Linear:
        """The best decoder for this encoder, then the best encoder for that decoder: least squares, twice."""
        decoder = covariance @ self.encoder.T @ np.linalg.pinv(self.encoder @ covariance @ self.encoder.T)
        return replace(self, decoder=decoder, encoder=np.linalg.pinv(decoder))

    def mixed(self, seed: int) -> Linear:
        """The same function with another code: M·E and D·M⁻¹ for some well-behaved matrix M."""
        size = len(self.encoder)
        random = np.random.default_rng(seed)
        turn, _ = np.linalg.qr(random.normal(0, 1, (size, size)))
        mix = turn * random.uniform(0.5, 2.0, size)
        return replace(self, encoder=mix @ self.encoder, decoder=self.decoder @ np.linalg.inv(mix))

    def _stepped(self, covariance: Array, rate: float) -> Linear:
        steps = self.steps + 1
        weights, means, squares = [], [], []
        slopes = gradients(self.encoder, self.decoder, covariance)
        for place, (weight, slope) in enumerate(zip((self.encoder, self.decoder), slopes, strict=True)):
            mean = BETAS[0] * self.means[place] + (1 - BETAS[0]) * slope
            square = BETAS[1] * self.squares[place] + (1 - BETAS[1]) * slope**2
            unbiased = np.sqrt(square / (1 - BETAS[1] ** steps)) + EPSILON
            weights.append(weight - rate * mean / (1 - BETAS[0] ** steps) / unbiased)
            means.append(mean)
            squares.append(square)
        return Linear(weights[0], weights[1], (means[0], means[1]), (squares[0], squares[1]), steps)


def error(encoder: Array, decoder: Array, covariance: Array) -> float:
    rest = np.eye(len(covariance)) - decoder @ encoder
    return float(((rest @ covariance) * rest).sum() / len(covariance))


def gradients(encoder: Array, decoder: Array, covariance: Array) -> tuple[Array, Array]:
    """Of the error, by the encoder and by the decoder."""
    codes = encoder @ covariance  # (k, n): no product of two large matrices is needed
    share = -2 / len(covariance)
    by_encoder = share * (decoder.T @ covariance - decoder.T @ decoder @ codes)
    return by_encoder, share * (codes.T - decoder @ codes @ encoder.T)


def angle(decoder: Array, axes: Array) -> float:
    """The largest angle, in degrees, between the spaces that two matrices' columns span (Björck and Golub 1973).

    axes: orthonormal columns, as many as the decoder has.
    """
    own, _ = np.linalg.qr(decoder)
    outside = own - axes @ (axes.T @ own)
    sine = min(1.0, float(np.linalg.norm(outside, 2)))
    return float(np.degrees(np.arcsin(sine)))


def cosine(a: Array, b: Array) -> float:
    lengths = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / lengths if lengths else 0.0
