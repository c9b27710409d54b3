"""Backpropagation held against finite differences at one weight, and how the step of the difference decides.

Truncation grows with h² (central) or h (one-sided), rounding with eps/h; their sum is least near eps^(1/3) (Press et
al., Numerical Recipes, section 5.7).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dltui.explore.backprop_net import Array, Edge, Net, Precision, passes

SMALLEST, LARGEST = -12.0, -1.0
"""log₁₀ of the steps."""
PER_DECADE = 4
KINKED = 1e-3
"""Slopes from the left and from the right that differ by such a share at this small a step belong to a kink."""
NEAR = 1e-6
"""The step at which a kink is looked for."""


@dataclass(frozen=True)
class Check:
    """One weight: what the backward says, and what E says when the weight is moved."""

    analytic: float
    above: float
    """E with the weight h higher."""
    here: float
    below: float
    h: float

    @property
    def numeric(self) -> float:
        return (self.above - self.below) / (2 * self.h)

    @property
    def right(self) -> float:
        """The slope from the right: (E(w + h) - E(w)) / h."""
        return (self.above - self.here) / self.h

    @property
    def left(self) -> float:
        return (self.here - self.below) / self.h

    @property
    def relative(self) -> float:
        return relative(self.analytic, self.numeric)


@dataclass(frozen=True)
class Sweep:
    """The check at many steps: (n,) each."""

    h: Array
    central: Array
    """Relative error of the central difference; of one that is exactly right: 0."""
    one_sided: Array


def relative(analytic: float, numeric: float) -> float:
    """|analytic - numeric| as a share of the larger one; 0 where both are 0. Wrong sign: 2. Twice too large: ½."""
    size = max(abs(analytic), abs(numeric))
    return abs(analytic - numeric) / size if size else 0.0


def check(net: Net, edge: Edge, h: float, flipped: bool = False, precision: Precision = "float64") -> Check:
    """With everything computed in such numbers."""
    above, here, below = _losses(net, edge, np.array([h, 0.0, -h]), precision).tolist()
    return Check(passes(net, flipped, precision).gradient(edge), above, here, below, h)


def sweep(net: Net, edge: Edge, flipped: bool = False, precision: Precision = "float64") -> Sweep:
    """The errors of both differences at steps from 10^LARGEST down to 10^SMALLEST."""
    h = 10 ** np.linspace(SMALLEST, LARGEST, round((LARGEST - SMALLEST) * PER_DECADE) + 1)
    analytic = passes(net, flipped, precision).gradient(edge)
    above, below = (_losses(net, edge, sign * h, precision).astype(float) for sign in (1, -1))
    here = float(_losses(net, edge, np.zeros(1), precision)[0])
    return Sweep(h, _relative(analytic, (above - below) / (2 * h)), _relative(analytic, (above - here) / h))


def kinked(net: Net, edge: Edge) -> bool:
    """Whether E has a kink at this weight."""
    near = check(net, edge, NEAR)
    return relative(near.left, near.right) > KINKED and abs(near.left - near.right) > KINKED * NEAR


def best(found: Sweep) -> tuple[float, float]:
    """The step with the least error of the central difference, and that error."""
    place = int(found.central.argmin())
    return float(found.h[place]), float(found.central[place])


def _losses(net: Net, edge: Edge, moves: Array, precision: Precision) -> Array:
    """E with the weight moved by each of `moves`, in such numbers: (n,)."""
    stacks = [np.repeat(stack, len(moves), axis=0) for stack in net.stacks(precision)]
    weight = stacks[edge.layer - 1]
    weight[:, edge.to, edge.source] += moves.astype(precision)
    return net.losses(stacks)


def _relative(analytic: float, numeric: Array) -> Array:
    size = np.maximum(abs(analytic), np.abs(numeric))
    return np.asarray(np.abs(numeric - analytic) / np.where(size > 0, size, 1))
