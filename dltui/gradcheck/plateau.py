"""From differences at a ladder of steps to a derivative with an error bar.

Differences of smooth functions converge as h^2 (central) or h (one-sided) until rounding takes over as eps/h.
Richardson extrapolation removes the leading term: with steps in ratio r = 4, `(r^p D(h/r) - D(h)) / (r^p - 1)`
(Richardson 1911; Press et al., *Numerical Recipes*, 5.7; Fornberg, "Numerical differentiation of analytic functions",
1981). Where neighbouring extrapolations agree, the differences have settled: a plateau.

The error of a plateau is estimated from three sources that miss different things:

* disagreement with the neighbour: truncation, and part of the rounding;
* `2 eps S / h`: rounding of the outputs, also where a step is too small to move them and all differences read 0;
* how far differences at smaller steps stray from the plateau, times their step: noise inside the function that the
  outputs do not show, such as cancellation or an inner float32 (compare Moré & Wild, "Estimating derivatives of noisy
  simulations", 2012).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

RATIO = 4.0
RUNGS = 16
LARGEST = 0.1
"""Steps are 0.1, 0.025, … 9e-11 of the scale of an element."""
PLAUSIBLE = 1e-5
"""Noise inside a function is below this share of its outputs: an inner float32 has 1e-7."""
ROUNDING = 2.0
STAIRS = 2.01
"""A jump that both sides see, or one alone, shows two heights; more are those of a staircase."""
WHOLE = 1e-3
"""Changes this close to whole multiples of the least one are counted in units of it."""
STRAIGHT = 1e-3
"""Slopes this close, as a share, are one slope."""
BLOCK = 2048
"""Elements looked at together, to bound the memory of the noise estimate."""


@dataclass(frozen=True)
class Plateaus:
    """Candidates for a derivative, shapes (elements, candidates); from large to small steps."""

    value: Tensor
    error: Tensor
    """One error unit; infinite where there is no candidate. A bar is five of them."""
    step: Tensor
    blind: Tensor
    """Added to the error where the steps did not move the function at all: the least change seen at any step, by the
    step. Then the derivative may be 0, or the function may be too coarse to tell."""

    def best(self) -> tuple[Tensor, Tensor, Tensor]:
        """(value, error, step) of the candidate with the least error, each (elements,)."""
        error = (self.error + self.blind).nan_to_num(torch.inf, torch.inf, torch.inf)
        place = error.argmin(1, keepdim=True)
        value, error, step = (part.gather(1, place)[:, 0] for part in (self.value, error, self.step))
        return value, error, step


def central_plateaus(up: Tensor, down: Tensor, step: Tensor, weight: Tensor, eps: float) -> Plateaus:
    """Candidates from central differences. F(h), F(-h), step: (n, rungs), large steps first; weight: S, (n,)."""
    difference = (up - down) / (2 * step)
    loud = loudness(weight, torch.maximum(up.abs(), down.abs()))
    return plateaus(difference, richardson(difference, 2), step, loud, eps, lag=1)


def one_sided_plateaus(change: Tensor, step: Tensor, weight: Tensor, eps: float) -> Plateaus:
    """Candidates from the change on one side, F(h) or -F(-h): extrapolated twice, and by Aitken for orders that are no
    whole number."""
    difference, loud = change / step, loudness(weight, change.abs())
    twice = plateaus(difference, richardson(richardson(difference, 1), 2), step, loud, eps, lag=2)
    other = plateaus(difference, aitken(difference), step, loud, 4 * eps, lag=2)
    parts = ("value", "error", "step", "blind")
    return Plateaus(*(torch.cat([getattr(twice, part), getattr(other, part)], 1) for part in parts))


def loudness(weight: Tensor, reach: Tensor) -> Tensor:
    """What is rounded at each rung, (n, rungs): the outputs that move, as they are and as they become there."""
    return weight.unsqueeze(1) + reach.nan_to_num(0.0, 0.0, 0.0)


def richardson(difference: Tensor, order: int) -> Tensor:
    """One extrapolation: (n, k) to (n, k - 1)."""
    power = RATIO**order
    return (power * difference[:, 1:] - difference[:, :-1]) / (power - 1)


def aitken(difference: Tensor) -> Tensor:
    """Aitken's delta-squared extrapolation, for differences that converge like any power of the step: (n, k) to
    (n, k - 2). At x = 0 those of x^1.5 converge like sqrt(h)."""
    gaps = difference[:, 1:] - difference[:, :-1]
    limit = difference[:, 2:] - gaps[:, 1:].square() / (gaps[:, 1:] - gaps[:, :-1])
    # A sequence that grows has a formal limit too, which is none.
    return torch.where(gaps[:, 1:].abs() < 0.8 * gaps[:, :-1].abs(), limit, torch.nan)


def blindness(difference: Tensor, step: Tensor, smallest: Tensor, lag: int) -> Tensor:
    """What to add to the error of candidates whose steps moved nothing, (n, candidates)."""
    change = (difference * step).abs()
    moved = change > 0
    quantum = torch.where(moved, change, torch.inf).amin(1, keepdim=True)
    # One height alone is a step of the function itself, as of `round`: coarse arithmetic shows many.
    stairs = change.nan_to_num(0.0, 0.0, 0.0).amax(1, keepdim=True) > STAIRS * quantum
    quantum = torch.where(quantum.isfinite() & stairs & ~crisp(difference, step), quantum, 0.0)
    count = smallest.shape[1]
    still = ~moved[:, lag : lag + count]
    return torch.where(still, quantum / smallest, 0.0)


def crisp(difference: Tensor, step: Tensor) -> Tensor:
    """Whether the smallest changes lie on a straight line that reaches 0 between the smallest step that moved and the
    next, (n, 1): those of a function that moves in coarse units do not, those of one with a kink beside the point do.
    """
    change = difference * step
    last = (change != 0).long().cumprod(1).sum(1, keepdim=True)
    places = (last - 4 + torch.arange(4, device=step.device)).clamp(min=0)
    change, h = change.gather(1, places), step.gather(1, places)
    slope = (change[:, 1:] - change[:, :-1]) / (h[:, 1:] - h[:, :-1])
    straight = (slope - slope[:, :1]).abs().amax(1, keepdim=True) <= STRAIGHT * slope[:, :1].abs()
    start = h[:, -1:] - change[:, -1:] / slope[:, -1:]
    units = change / change[:, -1:]
    counted = ((units - units.round()).abs() <= WHOLE).all(1, keepdim=True)
    return (last >= 4) & straight & ~counted & (start >= 0.99 * h[:, -1:] / RATIO) & (start < h[:, -1:])


def plateaus(difference: Tensor, extrapolated: Tensor, step: Tensor, loud: Tensor, eps: float, lag: int) -> Plateaus:
    """`extrapolated[:, k]` used the rungs k … k + lag; loud: (n, rungs), see `loudness`."""
    count = extrapolated.shape[1] - 1
    value = extrapolated[:, :count]
    smallest = step[:, lag : lag + count]
    apart = (value - extrapolated[:, 1:]).abs()
    rounding = ROUNDING * eps * loud[:, :count] / smallest
    blocks = zip(difference.split(BLOCK), value.split(BLOCK), step.split(BLOCK), strict=True)
    noise = torch.cat([strays(*block, lag + 2) for block in blocks])
    error = apart + rounding + 2 * noise / smallest
    # What strays further than any noise is the function itself: it has more detail than this step can see.
    error = torch.where(noise > PLAUSIBLE * loud.amax(1, keepdim=True), torch.inf, error)
    blind = blindness(difference, step, smallest, lag)
    return Plateaus(value, error.nan_to_num(torch.inf, torch.inf, torch.inf), smallest, blind)


def strays(difference: Tensor, value: Tensor, step: Tensor, gap: int) -> Tensor:
    """max over rungs m >= k + gap of h_m |D_m - value_k|: the noise that would explain them, (n, candidates)."""
    rungs, count = difference.shape[1], value.shape[1]
    away = (difference.unsqueeze(1) - value.unsqueeze(2)).abs() * step.unsqueeze(1)
    later = torch.arange(rungs, device=step.device) >= torch.arange(count, device=step.device).unsqueeze(1) + gap
    return torch.where(later & away.isfinite(), away, 0.0).amax(2)
