"""`check`: one call, one report."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

import torch
from torch import Tensor

from dltui.gradcheck.compare import Comparison
from dltui.gradcheck.foreign import Failure, attempt, quiet
from dltui.gradcheck.frozen import Frozen
from dltui.gradcheck.naming import Inputs, subject_of
from dltui.gradcheck.pair import Backward, pair_of
from dltui.gradcheck.precision import probe_of, slack_of
from dltui.gradcheck.rehearsal import Rehearsal, Unusable, rehearse
from dltui.gradcheck.report import GradientReport, TensorReport, verdict_of
from dltui.gradcheck.rounding import spread
from dltui.gradcheck.subject import Subject
from dltui.gradcheck.ties import broken_ties
from dltui.gradcheck.verdicts import WRONG

Mode = Literal["full", "modular", "directional", "sample"]


@dataclass(frozen=True)
class Options:
    """How to check."""

    seed: int = 0
    budget_s: float | None = None
    chunk: int | None = None
    samples: int | None = None
    native32: bool = False


def check(
    fn: object,
    inputs: Inputs,
    *,
    params: str | Sequence[str] = "all",
    backward: Backward | None = None,
    mode: Mode = "full",
    order: int = 1,
    seed: int = 0,
    budget_s: float | None = None,
    chunk: int | Literal["auto"] = "auto",
    samples: int | None = None,
    native32: bool = False,
) -> GradientReport:
    """Compare the gradients of `fn` at `inputs` with finite differences.

    fn: a module, a function of tensors, a `torch.autograd.Function` class, or a (forward, backward) pair of functions.
    inputs: a tensor, a tuple of arguments or a dict of keyword arguments; floating-point tensors of any dtype, shape
    and strides are checked (those that require a gradient, where any does), everything else is passed through.
    """
    begin = time.perf_counter()
    if isinstance(fn, tuple) and len(fn) == 2 and backward is None:
        fn, backward = fn
    options = Options(seed, budget_s, None if chunk == "auto" else chunk, samples, native32)
    with quiet(), torch.inference_mode(False):
        subject = subject_of(fn, inputs, params)
        frozen = Frozen(subject.modules, any(leaf.value.is_cuda for leaf in subject.leaves))
        try:
            report = full(subject, frozen, backward, options)
        finally:
            frozen.restore()
    return GradientReport(**{**vars(report), "seconds": time.perf_counter() - begin})


def full(subject: Subject, frozen: Frozen, backward: Backward | None, options: Options) -> GradientReport:
    """Every element."""
    try:
        if backward is not None:
            frozen.rewind()
            pair = attempt(lambda: pair_of(subject, backward))
            if isinstance(pair, Failure):
                raise Unusable(f"the forward raised {pair}")
            subject = pair
        rehearsal = rehearse(subject, frozen, options.seed)
        probe, native, notes = probe_of(rehearsal, frozen, options.native32, options.chunk)
    except Unusable as error:
        return GradientReport(subject.title, "inconclusive", {}, notes=(str(error),))
    slack = slack_of(rehearsal, native)
    compared = []
    for place, gradient in enumerate(rehearsal.gradients):
        comparison = Comparison(probe, place, gradient, rehearsal.noise[place], slack)
        comparison.run(torch.arange(gradient.numel(), device=gradient.device))
        compared.append(comparison)
    if any(comparison.wrong() for comparison in compared):
        for comparison, moved in zip(compared, spread(rehearsal, frozen), strict=True):
            comparison.excuse(moved)
    ties = broken_ties(probe, [kinked for turn in zip_longest(*(each.kinks() for each in compared)) for kinked in turn if kinked])
    for tie in ties:
        for member in tie.members:
            compared[member.leaf].table.code[member.place] = WRONG
    tensors = {
        leaf.name: comparison.table.report(leaf.name, gradient.shape)
        for leaf, comparison, gradient in zip(rehearsal.subject.leaves, compared, rehearsal.gradients, strict=True)
    }
    return finished(rehearsal, tensors, [*rehearsal.notes, *notes], probe.evaluations)


def finished(
    rehearsal: Rehearsal, tensors: dict[str, TensorReport], notes: Sequence[str], evaluations: int
) -> GradientReport:
    faults = [fault for fault in rehearsal.faults if fault.wrong]
    notes = [*notes, *(fault.sentence for fault in rehearsal.faults if not fault.wrong)]
    verdict = verdict_of(tensors, bool(faults), not tensors)
    return GradientReport(
        rehearsal.subject.title, verdict, tensors, faults=tuple(fault.sentence for fault in faults),
        notes=tuple(notes), evaluations=evaluations,
    )  # fmt: skip


def total(tensors: Sequence[Tensor]) -> int:
    return sum(tensor.numel() for tensor in tensors)
