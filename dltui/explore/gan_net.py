"""Small networks in a plane with their gradients by hand, and Adam: all that a game of two of them needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Weights = tuple[Array, ...]
"""W₁ (units, inputs), b₁ (units), W₂, b₂ … from the first layer to the last."""
LossName = Literal["non-saturating", "saturating"]
LOSSES: tuple[LossName, LossName] = ("non-saturating", "saturating")
"""Of the generator: the mean of -log D(G(z)), and of log(1 - D(G(z))), which is that of the minimax game."""
BETAS, TINY = (0.5, 0.99), 1e-8
"""Of Adam."""


def begun(sizes: Sequence[int], generator: np.random.RandomState) -> Weights:
    """Uniform within ±1/√inputs, as PyTorch begins a linear layer."""
    found: list[Array] = []
    for inputs, units in zip(sizes[:-1], sizes[1:], strict=True):
        reach = 1 / np.sqrt(inputs)
        found += [generator.uniform(-reach, reach, (units, inputs)), generator.uniform(-reach, reach, units)]
    return tuple(found)


def forward(weights: Weights, x: Array, slope: float) -> list[Array]:
    """x (n, inputs) -> x, each hidden layer's values, the outputs (n, outputs). Between the layers stands ReLU, with
    this slope below 0: leaky ReLU where it is not 0."""
    values = [x]
    for place in range(0, len(weights), 2):
        z = values[-1] @ weights[place].T + weights[place + 1]
        values.append(z if place == len(weights) - 2 else np.where(z > 0, z, slope * z))
    return values


def backward(weights: Weights, values: Sequence[Array], sent: Array, slope: float) -> tuple[Weights, Array]:
    """What `forward` gave, and the slope of a loss by each output -> its slopes by each weight, and by the inputs."""
    found: list[Array] = []
    for place in range(len(weights) - 2, -1, -2):
        inputs = values[place // 2]
        found = [sent.T @ inputs, sent.sum(axis=0), *found]
        sent = sent @ weights[place]
        if place:  # a hidden value is positive just where its z is, as the slope is not negative
            sent = sent * np.where(inputs > 0, 1.0, slope)
    return tuple(found), sent


def sigmoid(z: Array) -> Array:
    return np.exp(-np.logaddexp(0.0, -z))


def d_loss(real: Array, fake: Array) -> tuple[float, Array, Array]:
    """Scores (n, 1) of real and of generated rows -> the loss of the discriminator, mean of -log D(x) plus mean of
    -log(1 - D(G(z))), and its slopes by both. D is the sigmoid of the score."""
    loss = np.logaddexp(0.0, -real).mean() + np.logaddexp(0.0, fake).mean()
    return float(loss), (sigmoid(real) - 1) / len(real), sigmoid(fake) / len(fake)


def g_loss(fake: Array, name: LossName) -> tuple[float, Array]:
    """Scores (n, 1) of generated rows -> the loss of the generator and its slope by each."""
    if name == LOSSES[0]:
        return float(np.logaddexp(0.0, -fake).mean()), (sigmoid(fake) - 1) / len(fake)
    return float(-np.logaddexp(0.0, fake).mean()), -sigmoid(fake) / len(fake)


@dataclass(frozen=True, eq=False)
class Player:
    """A network with what Adam remembers."""

    weights: Weights
    slope: float
    """Of its bend below 0."""
    first: Weights
    """Running means of the gradients,"""
    second: Weights
    """and of their squares."""
    steps: int = 0

    @classmethod
    def begun(cls, sizes: Sequence[int], slope: float, generator: np.random.RandomState) -> Player:
        weights = begun(sizes, generator)
        nothing = tuple(np.zeros_like(each) for each in weights)
        return cls(weights, slope, nothing, nothing)

    def __eq__(self, other: object) -> bool:
        """By the weights: those of a dataclass would ask arrays for a single truth."""
        if not isinstance(other, Player):
            return NotImplemented
        return self.steps == other.steps and all(map(np.array_equal, self.weights, other.weights))

    def __hash__(self) -> int:
        return hash(self.steps)

    def values(self, x: Array) -> list[Array]:
        return forward(self.weights, x, self.slope)

    def output(self, x: Array) -> Array:
        return self.values(x)[-1]

    def backward(self, values: Sequence[Array], sent: Array) -> tuple[Weights, Array]:
        return backward(self.weights, values, sent, self.slope)

    def stepped(self, gradient: Weights, rate: float) -> Player:
        """After one step of Adam (Kingma and Ba 2015) against the gradient."""
        steps = self.steps + 1
        one, two = (1 - beta**steps for beta in BETAS)
        first = tuple(BETAS[0] * m + (1 - BETAS[0]) * g for m, g in zip(self.first, gradient, strict=True))
        second = tuple(BETAS[1] * v + (1 - BETAS[1]) * g * g for v, g in zip(self.second, gradient, strict=True))
        weights = tuple(
            w - rate * (m / one) / (np.sqrt(v / two) + TINY)
            for w, m, v in zip(self.weights, first, second, strict=True)
        )
        return Player(weights, self.slope, first, second, steps)


def norm(gradient: Weights) -> float:
    """The length of all numbers together."""
    return float(np.sqrt(sum((each * each).sum() for each in gradient)))
