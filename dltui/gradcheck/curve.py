"""Differences of one element at many steps: the V of truncation against rounding, to be drawn."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from dltui.gradcheck.compare import Comparison
from dltui.gradcheck.differences import scale
from dltui.gradcheck.foreign import quiet
from dltui.gradcheck.frozen import Frozen
from dltui.gradcheck.inspection import Options, inspect
from dltui.gradcheck.naming import Inputs, subject_of
from dltui.gradcheck.pair import Backward
from dltui.gradcheck.verdicts import UNSURE

PER_DECADE = 4
DECADES = 15


@dataclass(frozen=True)
class Rung:
    """Differences at one step; NaN where the function could not be evaluated."""

    h: float
    central: float
    forward: float
    backward: float
    error: float
    """|central - the best estimate|."""
    rounding: float
    """What rounding alone explains: eps * S / h."""


@dataclass(frozen=True)
class Curve:
    """The differences of one element, large steps first."""

    name: str
    index: tuple[int, ...]
    rungs: tuple[Rung, ...]
    analytic: float
    numeric: float
    """The best estimate, at `step`."""
    bar: float
    """Its error bar."""
    step: float
    verdict: int
    """Code of the element, see `verdicts.NAMES`."""


def ladder(
    fn: object,
    inputs: Inputs,
    name: str,
    index: tuple[int, ...] = (),
    *,
    backward: Backward | None = None,
    seed: int = 0,
    native32: bool = False,
) -> Curve:
    """The V-curve of element `index` of tensor `name` of `fn` (see `check`), steps from 0.1 to 1e-16 of its scale.

    `native32`: a float32 function is evaluated in float32, where the V stands at 1e-3 instead of 1e-11.
    Raises ValueError for an unknown name or index, `Unusable` where nothing can be compared.
    """
    with quiet(), torch.inference_mode(False):
        subject = subject_of(fn, inputs, "all")
        place = next((k for k, leaf in enumerate(subject.leaves) if leaf.name == name), None)
        if place is None:
            raise ValueError(
                f"no tensor called {name!r} is checked here; there is {', '.join(x.name for x in subject.leaves)}"
            )
        frozen = Frozen(subject.modules, any(leaf.value.is_cuda for leaf in subject.leaves))
        try:
            inspection = inspect(subject, frozen, backward, Options(seed=seed, native32=native32))
            probe, gradient = inspection.probe, inspection.rehearsal.gradients[place]
            shape = tuple(gradient.shape)
            if len(index) != len(shape) or any(not -n <= i < n for i, n in zip(index, shape, strict=True)):
                raise ValueError(f"{name} has shape {shape}: no element {index}")
            flat = torch.arange(gradient.numel()).view(shape)[index].view(1)
            comparison = Comparison(
                probe, place, gradient, inspection.rehearsal.noise[place], inspection.slack, inspection.clock
            )
            comparison.table.code[flat] = UNSURE
            comparison.judge(flat)
            size = scale(probe.values[place], flat)
            powers = torch.arange(1, PER_DECADE * DECADES + 1, dtype=torch.float64) / PER_DECADE
            steps = (size.double() * 10**-powers).to(size.dtype)
            wide = flat.expand(len(steps))
            moves = probe.moves(place, torch.cat([wide, wide]), torch.cat([steps, -steps]))
        finally:
            frozen.restore()
    up, down = moves.change.double().view(2, -1)
    h = steps.double()
    table = comparison.table
    best = float(table.numeric[flat])
    columns = (h, (up - down) / (2 * h), up / h, -down / h, probe.eps * moves.weight.view(2, -1).amax(0) / h)
    rungs = []
    for step, center, right, left, rounding in zip(*(column.tolist() for column in columns), strict=True):
        rungs.append(Rung(step, center, right, left, abs(center - best), rounding))
    step, bar, code = (float(column[flat]) for column in (table.step, table.error, table.code))
    return Curve(name, tuple(index), tuple(rungs), float(table.analytic[flat]), best, bar, step, int(code))
