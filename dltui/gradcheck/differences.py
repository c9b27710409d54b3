"""Pass A: a central difference for every element, with one step chosen beforehand.

The step is `eps^(1/3) * max(|x_i|, rms(x))`, the one that balances a truncation error of order h^2 against a rounding
error of order eps/h (Press et al., *Numerical Recipes*, 5.7; Griewank & Walther, *Evaluating Derivatives*, ch. 1):
6e-6 relative in float64. It is used as stored, `(x + h) - x`, so that its own rounding does not count.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from dltui.gradcheck.probe import Probe


@dataclass(frozen=True)
class Differences:
    """Per element of `index`: shapes (n,), float64."""

    index: Tensor
    step: Tensor
    numeric: Tensor
    """(F(h) - F(-h)) / 2h."""
    forward: Tensor
    backward: Tensor
    weight: Tensor
    """S, see `probe.Moves`."""
    rounding: Tensor
    """Bound of the rounding error of `numeric`: 2 eps (S + |F|) / h."""


def scale(value: Tensor, index: Tensor | None = None) -> Tensor:
    """Per element, the size on which the function may be expected to change: max(|x_i|, rms(x)), 1 for an all-zero
    tensor."""
    flat = value.detach().reshape(-1)
    return (flat if index is None else flat[index]).abs().clamp_(min=typical(flat))


def typical(value: Tensor) -> float:
    """Root of the mean square of the finite elements; 1 where that is 0 or too large for the dtype."""
    rms = float(torch.linalg.vector_norm(value)) / math.sqrt(max(1, value.numel()))
    if not math.isfinite(rms):
        finite = value[value.isfinite()]
        rms = float(torch.linalg.vector_norm(finite)) / math.sqrt(max(1, finite.numel()))
    return rms if 0 < rms < math.inf else 1.0


def stored(value: Tensor, index: Tensor, step: Tensor) -> Tensor:
    """The step that remains after adding it to the element and rounding."""
    at = value.reshape(-1)[index]
    return (at + step) - at


def central(probe: Probe, leaf: int, index: Tensor, step: Tensor) -> Differences:
    """Differences of the elements `index` of a leaf at the steps `step`, both (n,)."""
    value = probe.values[leaf]
    up, down = stored(value, index, step), stored(value, index, -step)
    moves = probe.moves(leaf, torch.stack([index, index], 1).view(-1), torch.stack([up, down], 1).view(-1))
    above, below = moves.change.view(-1, 2).double().unbind(1)
    weight = moves.weight.view(-1, 2).double().amax(1)
    up, down = up.double(), down.double()
    width = up - down
    loud = weight + torch.maximum(above.abs(), below.abs()).nan_to_num(0.0, 0.0, 0.0)
    return Differences(
        index=index, step=width / 2, numeric=(above - below) / width, forward=above / up, backward=below / down,
        weight=weight, rounding=2 * probe.eps * loud / (width / 2),
    )  # fmt: skip


def first_pass(probe: Probe, leaf: int, index: Tensor, finer: float = 1.0) -> Differences:
    """Central differences of the elements `index`, at the step above times `finer`."""
    value = probe.values[leaf]
    eps = max(torch.finfo(value.dtype).eps, probe.eps)
    return central(probe, leaf, index, finer * eps ** (1 / 3) * scale(value, index))
