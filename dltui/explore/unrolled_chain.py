"""One recurrent unit, hₜ = tanh(w·hₜ₋₁ + u·xₜ) from h₀ = 0, and its way back, step by step."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Chain:
    w: float
    u: float
    x: tuple[float, ...]
    cut: int
    """How many of the last steps the way back takes in."""

    @property
    def steps(self) -> int:
        return len(self.x)

    @property
    def states(self) -> tuple[float, ...]:
        """h₀ … h_T"""
        found = [0.0]
        for x in self.x:
            found.append(math.tanh(self.w * found[-1] + self.u * x))
        return tuple(found)

    @property
    def slopes(self) -> tuple[float, ...]:
        """∂h_T/∂hₜ for t = 0 … T, not cut."""
        found, states = [1.0], self.states
        for t in range(self.steps, 0, -1):
            found.append(found[-1] * (1 - states[t] ** 2) * self.w)
        return tuple(reversed(found))

    @property
    def shares(self) -> tuple[float, ...]:
        """What step t = 1 … T adds to ∂h_T/∂w; those before the cut add nothing."""
        states, slopes = self.states, self.slopes
        first = self.steps - self.cut + 1
        return tuple(
            slopes[t] * (1 - states[t] ** 2) * states[t - 1] if t >= first else 0.0 for t in range(1, self.steps + 1)
        )

    @property
    def gradient(self) -> float:
        """∂h_T/∂w, as far as the cut lets it."""
        return sum(self.shares)

    @property
    def difference(self) -> float:
        """The same by a central difference."""
        h = 6e-6
        ends = [Chain(self.w + side, self.u, self.x, self.cut).states[-1] for side in (h, -h)]
        return (ends[0] - ends[1]) / (2 * h)
