"""Is this gradient right? One verdict per element, from error bars and not from a fixed tolerance.

With a fixed absolute tolerance every gradient below it passes, even zeroed or doubled: think of the first layers of a
deep sigmoid net. Here the slack is what rounding can explain at this element.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from dltui.gradcheck.ladder import Climb
from dltui.gradcheck.plateau import Plateaus

OK, WRONG, KINK, UNSURE, UNCHECKED = range(5)
NAMES = ("ok", "wrong", "kink", "unsure", "unchecked")
BARS = 5.0
"""An error bar is this many error units."""
SETTLED = 0.1
"""A difference whose bar is above this share of the value says nothing against a gradient."""
CLEAR = 0.005
"""A difference whose bar is above this share of the value says nothing for a gradient,"""
BLURRED, CLOSE = 0.02, 0.0025
"""but up to the first share it does for one that is closer than the second: a percent more would not be."""

FADING, FADED, TAIL = 0.8, 1e-3, 6
"""Differences that go to 0 shrink by the first factor or more at each of the last `TAIL` rungs, and to the second in
all."""


@dataclass(frozen=True)
class Judged:
    """Per element, shapes (n,)."""

    code: Tensor
    """int64: OK, WRONG, KINK or UNSURE."""
    numeric: Tensor
    error: Tensor
    """The error bar of `numeric`."""
    step: Tensor
    right: Tensor
    """One-sided derivatives, NaN where there is none."""
    left: Tensor

    def where(self, take: Tensor, other: Judged) -> Judged:
        """`other` where `take`, else this."""
        return Judged(
            *(torch.where(take, getattr(other, name), getattr(self, name)) for name in self.__dataclass_fields__)
        )


def judge(analytic: Tensor, climb: Climb, tau: float, floor: Tensor) -> Judged:
    """Verdicts for elements with the gradients `analytic`; `tau`: relative tolerance; `floor`: absolute slack, (n,)."""
    center, right, left = climb.plateaus()
    judged = central_verdict(analytic, center, tau, floor)
    judged = one_sided_verdict(judged, analytic, (right, left), climb, tau, floor)
    judged = vanishing(silent(unresolved(judged, climb), analytic, climb), analytic, climb)
    jumped = jumps(climb)
    return infinite_verdict(jump_verdict(judged, analytic, jumped, climb, tau, floor), analytic, climb)


def bigger(one: Tensor, two: Tensor) -> Tensor:
    return torch.maximum(one.abs(), two.abs())


def central_verdict(analytic: Tensor, center: Plateaus, tau: float, floor: Tensor) -> Judged:
    """By central differences. A second plateau counts as well as the best when it is as sharp as `tau`: beside a kink
    the derivative is the one at small steps, inside the noise the one at large steps, and the gradient knows which."""
    a = analytic.unsqueeze(1)
    size = torch.maximum(bigger(a, center.value), center.best()[0].abs().unsqueeze(1)).nan_to_num()
    sharp = BARS * center.error <= 2 * tau * size
    agrees = sharp & a.isfinite() & ((a - center.value).abs() <= BARS * center.error + tau * size + floor.unsqueeze(1))
    agreeing = torch.where(agrees, center.error, torch.inf).argmin(1, keepdim=True)
    numeric, error, step = (
        torch.where(agrees.any(1), part.gather(1, agreeing)[:, 0], best)
        for part, best in zip((center.value, center.error, center.step), center.best(), strict=True)
    )
    code = by_bars(analytic, numeric, error, tau, floor)
    none = torch.full_like(numeric, torch.nan)
    return Judged(code, numeric, BARS * error, step, none, none)


def by_bars(analytic: Tensor, numeric: Tensor, error: Tensor, tau: float, floor: Tensor) -> Tensor:
    """OK, WRONG or UNSURE for a difference `numeric` with the error unit `error`."""
    size = bigger(analytic, numeric)
    gap = torch.where(analytic.isfinite(), (analytic - numeric).abs(), torch.inf)
    bar = BARS * error
    fits = analytic.isfinite() & (gap <= tau * size + floor)
    covered = analytic.isfinite() & (gap <= bar + tau * size + floor)
    code = torch.full_like(gap, UNSURE, dtype=torch.int64)
    code[~covered & (bar <= SETTLED * size)] = WRONG
    code[(fits & error.isfinite()) | (covered & (bar <= torch.maximum(CLEAR * size, floor)))] = OK
    code[covered & (gap <= CLOSE * size) & (bar <= BLURRED * size)] = OK
    code[~analytic.isfinite() & numeric.isfinite() & (bar <= torch.maximum(SETTLED * numeric.abs(), floor))] = WRONG
    return code


def one_sided_verdict(
    judged: Judged, analytic: Tensor, sides: tuple[Plateaus, Plateaus], climb: Climb, tau: float, floor: Tensor
) -> Judged:
    """Exact kinks (both sides settle, at different values) and edges of the domain (only one side exists)."""
    (right, right_error, right_step), (left, left_error, left_step) = (side.best() for side in sides)
    size = bigger(right, left)
    bar = BARS * (right_error + left_error)
    apart = (right - left).abs() > 2 * bar + 10 * tau * size + floor
    settled = bar <= SETTLED * size + floor
    low, high = torch.minimum(right, left), torch.maximum(right, left)
    slack = bar + tau * size + floor
    inside = (analytic >= low - slack) & (analytic <= high + slack)
    # Where smaller steps than these agree with the gradient, the kink lies beside the point.
    beside = (judged.code == OK) & (judged.step < 0.2 * torch.minimum(right_step, left_step))
    kinked = apart & settled & ~beside
    at_kink = Judged(
        torch.where(inside, KINK, WRONG), (right + left) / 2, bar, torch.maximum(right_step, left_step), right, left
    )
    judged = judged.where(kinked, at_kink)
    for value, error, step, other in (
        (right, right_error, right_step, climb.down), (left, left_error, left_step, climb.up),
    ):  # fmt: skip
        edge = ~other.isfinite().any(1) & error.isfinite()
        alone = replace(
            judged, code=by_bars(analytic, value, error, tau, floor), numeric=value, error=BARS * error, step=step
        )
        judged = judged.where(edge, alone)
    return judged


def unresolved(judged: Judged, climb: Climb) -> Judged:
    """No verdict where the smallest steps are still too large: F(h) + F(-h) shrinks with h^2 for a smooth function and
    with h at a kink, but does not shrink beyond the scale on which the function lives."""
    even = (climb.up + climb.down).abs()
    last, before = even[:, -1], even[:, -4]
    stays = (last > 0.125 * before) & (last > 1e4 * climb.eps * climb.weight)
    return replace(judged, code=torch.where(stays & (judged.code == WRONG), UNSURE, judged.code))


def silent(judged: Judged, analytic: Tensor, climb: Climb) -> Judged:
    """A function that moves by noise alone, as much at small steps as at large ones: a true zero behind terms that
    cancel. A gradient that would not show above that noise is right."""
    both = torch.stack([climb.up, climb.down], 2)
    size = both.abs().nan_to_num(0.0, 0.0, 0.0).amax(2)
    top, low = size[:, :5].amax(1), size[:, 6:].amax(1)
    swings = (both.amax(1) - both.amin(1)).amin(1) > 0.5 * low
    noisy = (top <= 4 * low) & (low > 0) & swings & both.isfinite().all(2).all(1)
    small = analytic.abs() * climb.step[:, 0] <= 10 * top
    silenced = Judged(
        torch.full_like(judged.code, OK), torch.zeros_like(top), 10 * top / climb.step[:, 0], climb.step[:, 0],
        judged.right, judged.left,
    )  # fmt: skip
    return judged.where(noisy & small & (judged.code != OK), silenced)


def vanishing(judged: Judged, analytic: Tensor, climb: Climb) -> Judged:
    """A derivative of 0 that differences approach as a power of the step below h^2: relu(x)^2 and x|x| at 0. Their
    extrapolation has no size to be small against; but where the last steps still shrink by one constant factor, what is
    left of a constant term is smaller than the last difference."""
    fades, last = faded(climb.right, climb)
    other, rest = faded(climb.left, climb)
    least = torch.maximum(last, rest)
    found = fades & other & climb.moves & (judged.code == UNSURE)
    zero = Judged(
        torch.where(analytic.abs() <= least, OK, WRONG), torch.zeros_like(least), least, climb.step[:, -1],
        judged.right, judged.left,
    )  # fmt: skip
    return judged.where(found, zero)


def faded(side: Tensor, climb: Climb) -> tuple[Tensor, Tensor]:
    """Per element: whether one-sided differences (n, rungs) are 0 or go to 0 as a power of the step, and the last that
    stands out of the noise."""
    size = side.abs()
    noise = 100 * climb.eps * climb.weight.unsqueeze(1) / climb.step
    loud = (size > noise).long().cumprod(1).sum(1)
    places = (loud.unsqueeze(1) - TAIL + torch.arange(TAIL, device=loud.device)).clamp(min=0)
    tail = size.gather(1, places)
    shrink = tail[:, 1:] / tail[:, :-1]
    steady = (shrink - shrink[:, -1:]).abs().amax(1) <= 0.1 * shrink[:, -1]
    power = (loud >= TAIL) & steady & (shrink.amax(1) <= FADING) & (tail[:, -1] <= FADED * size[:, :3].amax(1))
    silent = (size <= noise).all(1)
    return (power | silent) & side.isfinite().all(1), torch.where(silent, noise[:, 0], tail[:, -1])


def jumps(climb: Climb) -> tuple[Tensor, Tensor]:
    """Per element, whether the function jumps on its right, on its left: F stays as the step goes to 0."""
    found = []
    for change in (climb.up, climb.down):
        tail = change[:, -6:]
        noise = 1e4 * climb.eps * climb.weight.unsqueeze(1)
        found.append(((tail - tail[:, -1:]).abs() <= 1e-3 * tail.abs()).all(1) & (tail.abs() > noise).all(1))
    return found[0], found[1]


def jump_verdict(
    judged: Judged, analytic: Tensor, jumped: tuple[Tensor, Tensor], climb: Climb, tau: float, floor: Tensor
) -> Judged:
    """At a jump (`floor` at an integer) the derivative is that of the other side, or none: zero is what one expects."""
    _, right, left = climb.plateaus()
    for here, there, side in ((jumped[0], jumped[1], left), (jumped[1], jumped[0], right)):
        value, error, step = side.best()
        code = torch.where(by_bars(analytic, value, error, tau, floor) == OK, KINK, UNSURE)
        alone = replace(judged, code=code, numeric=value, error=BARS * error, step=step)
        judged = judged.where(here & ~there, alone)
    both = jumped[0] & jumped[1]
    code = torch.where(both, torch.where(analytic == 0, KINK, UNSURE), judged.code)
    return replace(judged, code=code)


def infinite_verdict(judged: Judged, analytic: Tensor, climb: Climb) -> Judged:
    """An infinite gradient is right where the differences grow without end in its direction (sqrt at 0)."""
    code = judged.code.clone()
    for side in (climb.right, climb.left):
        tail = side[:, -8:]
        grows = (tail[:, 1:].abs() > 1.1 * tail[:, :-1].abs()).all(1) & tail.isfinite().all(1)
        code[grows & analytic.isinf() & (tail[:, -1].sign() == analytic.sign())] = KINK
    unknown = ~climb.up.isfinite().any(1) & ~climb.down.isfinite().any(1)
    code[unknown] = UNSURE
    return replace(judged, code=code)
