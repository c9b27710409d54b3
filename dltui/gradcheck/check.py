"""`check`: one call, one report."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import torch

from dltui.gradcheck.directional import directional, supplement
from dltui.gradcheck.foreign import quiet
from dltui.gradcheck.frozen import Frozen
from dltui.gradcheck.hints import hints_of
from dltui.gradcheck.inspection import Inspection, Options, inspect
from dltui.gradcheck.modular import guilty, modular
from dltui.gradcheck.naming import Inputs, subject_of
from dltui.gradcheck.pair import Backward
from dltui.gradcheck.rehearsal import Unusable
from dltui.gradcheck.report import GradientReport
from dltui.gradcheck.second import joined, second
from dltui.gradcheck.subject import Subject

Mode = Literal["full", "modular", "directional", "sample"]
Way = Callable[[Subject, Frozen, Backward | None, Options], GradientReport]


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

    params: "all", "inputs", "parameters", or a list of names.
    backward: the backward of a plain function `fn`, see `pair` for the two customs.
    mode: "full", every element; "sample", `samples` random ones (64), with the chance to miss one wrong element in
    `report.details["miss"]`; "directional", random directions through everything; "modular", layer by layer,
    for modules.
    order: 2 also checks the gradient of the gradient.
    budget_s: seconds; what does not fit is left unchecked, and random directions stand in for it. None: 25 s, or 8 s
    above 150 000 elements.
    chunk: rows per batch of forwards; "auto" fits them into the cache.
    native32: differences in float32 for a float32 function, instead of a float64 shadow.

    The gradients that a backward returns are never accumulated; parameters, buffers, modes and generators are left as
    they were found. Raises TypeError or ValueError for arguments that make no sense; what the function itself raises
    is part of the report.
    """
    refuse(mode, order, samples, chunk, budget_s)
    begin = time.perf_counter()
    if isinstance(fn, tuple) and len(fn) == 2 and backward is None:
        fn, backward = fn
    options = Options(seed, budget_s, None if chunk == "auto" else chunk, samples, native32)
    with quiet(), torch.inference_mode(False):
        subject = subject_of(fn, inputs, params)
        frozen = Frozen(subject.modules, any(leaf.value.is_cuda for leaf in subject.leaves))
        try:
            checkable(subject)
            report = MODES[mode](subject, frozen, backward, options)
            if order == 2:
                report = twice(report, subject, frozen, backward, options)
        except Unusable as error:
            report = GradientReport(subject.title, "inconclusive", {}, notes=(str(error),), mode=mode)
        finally:
            frozen.restore()
    return GradientReport(**{**vars(report), "seconds": time.perf_counter() - begin})


def refuse(
    mode: str, order: int, samples: int | None, chunk: int | Literal["auto"], budget_s: float | None
) -> None:
    """Raises ValueError for arguments out of range, with the range."""
    if mode not in MODES:
        raise ValueError(f"mode must be one of {', '.join(MODES)}, not {mode!r}")
    if order not in (1, 2):
        raise ValueError(f"order must be 1 or 2, not {order}")
    for name, number in (("samples", samples), ("chunk", None if chunk == "auto" else chunk)):
        if number is not None and number < 1:
            raise ValueError(f"{name} must be at least 1, not {number}")
    if samples is not None and mode != "sample":
        raise ValueError(f"samples={samples} is for mode='sample'; mode {mode!r} takes no number of elements")
    if budget_s is not None and not budget_s > 0:
        raise ValueError(f"budget_s must be above 0 seconds, not {budget_s:g}")


def checkable(subject: Subject) -> None:
    """Raises `Unusable` where there is no tensor to check, or one that cannot be moved element by element."""
    if not subject.leaves:
        raise Unusable("nothing to check: no floating-point tensor among the inputs, and no parameter")
    for leaf in subject.leaves:
        if leaf.value.layout != torch.strided:
            layout = str(leaf.value.layout).removeprefix("torch.")
            raise Unusable(f"{leaf.name} is stored as {layout}: pass a dense tensor and convert it inside the function")


def full(subject: Subject, frozen: Frozen, backward: Backward | None, options: Options) -> GradientReport:
    """Every element."""
    inspection = inspect(subject, frozen, backward, options)
    inspection.compare()
    report = inspection.report("full")
    if report.verdict != "wrong" and not inspection.broken and inspection.left_out:
        report = supplement(inspection, report, options.seed)
    return explained(inspection, report)


def sample(subject: Subject, frozen: Frozen, backward: Backward | None, options: Options) -> GradientReport:
    """`options.samples` random elements; the report says how likely one wrong element was missed."""
    inspection = inspect(subject, frozen, backward, options)
    sizes = [gradient.numel() for gradient in inspection.rehearsal.gradients]
    wanted = min(options.samples or 64, sum(sizes))
    dice = torch.Generator().manual_seed(options.seed)
    order = torch.randperm(sum(sizes), generator=dice)[:wanted].sort().values
    chosen, start = [], 0
    for size in sizes:
        chosen.append(order[(order >= start) & (order < start + size)] - start)
        start += size
    inspection.compare(chosen)
    return explained(inspection, inspection.report("sample", wanted))


def explained(inspection: Inspection, report: GradientReport) -> GradientReport:
    """The report with hints, where there is something to explain."""
    if report.ok or (inspection.broken and report.verdict != "wrong"):
        return report
    hints = hints_of(inspection)
    if report.verdict != "wrong":
        return replace(report, hints=tuple(hints))
    blamed = guilty(inspection.subject, inspection.frozen, inspection.options)
    if not any(hint.exact for hint in hints):
        hints = [*blamed.hints, *hints]
    first = blamed.guilty[0] if blamed.guilty else None
    evaluations = report.evaluations + blamed.evaluations
    return replace(report, hints=tuple(hints), first_bad_module=first, evaluations=evaluations)


def along_directions(subject: Subject, frozen: Frozen, backward: Backward | None, options: Options) -> GradientReport:
    """Random directions, and a search where one disagrees."""
    inspection = inspect(subject, frozen, backward, options)
    return explained(inspection, directional(inspection, options.directions, options.seed))


def by_modules(subject: Subject, frozen: Frozen, backward: Backward | None, options: Options) -> GradientReport:
    """Each module alone."""
    return modular(subject, frozen, options)


def twice(
    report: GradientReport, subject: Subject, frozen: Frozen, backward: Backward | None, options: Options
) -> GradientReport:
    """The second order as well, where the first is right."""
    if not report.ok:
        return replace(report, notes=(*report.notes, "second order was not reached"))
    inspection = inspect(subject, frozen, backward, options)
    further = inspect(second(inspection.rehearsal), frozen, None, options)
    further.compare()
    found = explained(further, further.report("full"))
    named = (replace(hint, sentence=f"second order: {hint.sentence}") for hint in found.hints)
    faults = (f"second order: {fault}" for fault in found.faults)
    return joined(report, replace(found, hints=tuple(named), faults=tuple(faults)))


MODES: dict[str, Way] = {"full": full, "sample": sample, "directional": along_directions, "modular": by_modules}
