"""Verdicts looked at again, knowing how rounding moves the gradient: wrong ones excused, right ones revoked."""

from __future__ import annotations

import torch
from torch import Tensor

from dltui.gradcheck.compare import BLOCK, Comparison
from dltui.gradcheck.rounding import ROUGH, TIMES
from dltui.gradcheck.sampling import hull
from dltui.gradcheck.verdicts import CLEAR, KINK, OK, SETTLED, WRONG

FAR = 100.0
"""A gradient this many times as far off as its rounding error is not off because of it."""


def excuse(comparison: Comparison, spread: Tensor) -> None:
    """Accept wrong elements that are off by no more than rounding moves the gradient (`spread`, in its shape), and
    those between the gradients around a point where it jumps."""
    table, spread, tau = comparison.table, spread.reshape(-1), comparison.slack.tau
    size = torch.maximum(table.analytic.abs(), table.numeric.abs())
    rough = spread > ROUGH * size
    slack = torch.where(rough, 0.0, TIMES * spread)
    wrong = table.code == WRONG
    near = (table.analytic - table.numeric).abs() <= table.tolerance + slack
    table.code[wrong & near & table.analytic.isfinite()] = OK
    table.tolerance += slack
    places = (wrong & (rough | comparison.bent())).nonzero()[:BLOCK, 0]
    if len(places):
        low, high = hull(comparison.probe, comparison.leaf, places)
        a, slack = table.analytic[places], 10 * tau * size[places]
        table.code[places[(a >= low - slack) & (a <= high + slack)]] = KINK


def hidden(comparison: Comparison) -> Tensor:
    """Flat indices of elements that count as right because others of the tensor are large, though the difference sees
    clearly that they are not."""
    table = comparison.table
    everything = torch.arange(len(table.code), device=comparison.value.device)
    gap = (table.analytic - table.numeric).abs()
    size = torch.maximum(table.analytic.abs(), table.numeric.abs())
    return everything[comparison.weak(everything) & (gap > CLEAR * size) & (table.error < SETTLED * gap)]


def expose(comparison: Comparison, places: Tensor, spread: Tensor, least: float) -> None:
    """Hidden elements are wrong where the gradient is off by far more than rounding moves it, and by `least`."""
    table = comparison.table
    gap = (table.analytic[places] - table.numeric[places]).abs()
    found = places[(gap > FAR * spread.reshape(-1)[places]) & (gap > least)]
    size = torch.maximum(table.analytic[found].abs(), table.numeric[found].abs())
    table.code[found] = WRONG
    table.tolerance[found] = table.error[found] + comparison.slack.tau * size
