"""Random directions through all elements: a check for a handful of evaluations, and a search for the place when it
fails.

Along a direction d the gradient must give `sum a_i d_i`. The difference is exact to about nine digits, so that even one
element that is off by a percent shows among thousands, unless a kink or rounding hides it. Then halves of the tensor
that disagrees are asked in turn, down to an element.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from dltui.gradcheck.exempt import exempt
from dltui.gradcheck.inspection import Inspection
from dltui.gradcheck.ray import climb_along, dot, random_direction
from dltui.gradcheck.report import GradientReport
from dltui.gradcheck.subject import Subject
from dltui.gradcheck.verdicts import OK, UNSURE, WRONG, judge

SUPPLEMENT = 4
AROUND = 64
"""Elements compared in a tensor that disagrees, besides the one that was found."""


@dataclass(frozen=True)
class Slope:
    """One direction."""

    analytic: float
    numeric: float
    error: float
    code: int


def slope(inspection: Inspection, direction: Sequence[Tensor]) -> Slope:
    """The derivative along a direction, judged. Kinks are nothing unusual here: many elements move."""
    analytic, size = dot(inspection.rehearsal.gradients, direction)
    if size == 0 and all(not bool(part.any()) for part in direction):
        return Slope(0.0, 0.0, 0.0, OK)
    climb = climb_along(inspection.probe, direction)
    low = inspection.slack.eps > 1e-10
    share = 2e-6 if low else 1e-9
    rounding = 1000 * inspection.probe.eps * max(float(climb.weight), inspection.probe.loudest)
    floor = torch.full((1,), share * size + rounding, dtype=torch.float64)
    judged = judge(torch.tensor([analytic], dtype=torch.float64), climb, 1e-4 if low else 1e-9, floor)
    return Slope(analytic, float(judged.numeric), float(judged.error), int(judged.code))


def check_directions(inspection: Inspection, count: int, seed: int) -> list[Slope]:
    return [slope(inspection, through(inspection, seed + number)) for number in range(count)]


def through(inspection: Inspection, seed: int) -> list[Tensor]:
    """A random direction through all elements that can move and are to have a gradient."""
    direction = aimed(inspection.subject, inspection.probe.values, seed)
    for place, (value, part) in enumerate(zip(inspection.probe.values, direction, strict=True)):
        part[~value.isfinite()] = 0.0
        if inspection.silent(place):
            part.zero_()
    return direction


def aimed(subject: Subject, values: Sequence[Tensor], seed: int) -> list[Tensor]:
    """A random direction through all elements that are to have a gradient."""
    direction = random_direction(values, seed)
    for leaf, part in zip(subject.leaves, direction, strict=True):
        free = exempt(subject, leaf)
        if len(free):
            part.view(-1)[free] = 0.0
    return direction


def directional(inspection: Inspection, count: int, seed: int) -> GradientReport:
    """`count` directions through everything; on failure the place is searched."""
    slopes = check_directions(inspection, count, seed)
    bad = [each for each in slopes if each.code == WRONG]
    doubtful = [each for each in slopes if each.code == UNSURE]
    chosen = [torch.zeros(0, dtype=torch.int64) for _ in inspection.rehearsal.gradients]
    if bad:
        for place, gradient in enumerate(inspection.rehearsal.gradients):
            found = search(inspection, place, seed)
            if found is not None:
                dice = torch.Generator().manual_seed(seed)
                some = torch.randperm(gradient.numel(), generator=dice)[:AROUND]
                chosen[place] = torch.cat([some, torch.tensor([found])]).unique()
    inspection.compare(chosen)
    report = inspection.report("directional", sum(map(len, chosen)))
    agree = count - len(bad) - len(doubtful)
    words = f"{agree} of {count} random directions through all {inspection.elements} elements agree"
    verdict = report.verdict
    if not inspection.rehearsal.faults and verdict != "wrong":
        verdict = "wrong" if bad else "inconclusive" if len(doubtful) == count else "right"
    details = {"directions": float(count), "agree": float(agree)}
    return replace(report, verdict=verdict, notes=(*report.notes, words), details=details)


def supplement(inspection: Inspection, report: GradientReport, seed: int) -> GradientReport:
    """Where time ran out before all elements were seen: directions through all of them, for the rest."""
    slopes = check_directions(inspection, SUPPLEMENT, seed)
    agree = sum(each.code not in (WRONG, UNSURE) for each in slopes)
    words = f"{agree} of {SUPPLEMENT} random directions through all {inspection.elements} elements agree"
    report = replace(report, notes=(*report.notes, words))
    if all(each.code != WRONG for each in slopes):
        return report if agree or report.verdict != "right" else replace(report, verdict="inconclusive")
    if localised(inspection, seed):
        return replace(report, verdict="wrong", tensors=inspection.tensors())
    text = "random directions through all elements disagree, though the elements that were checked agree"
    return replace(report, verdict="wrong", faults=(*report.faults, text))


def localised(inspection: Inspection, seed: int) -> bool:
    """Find one wrong element among those not checked, and judge it."""
    for leaf, comparison in enumerate(inspection.compared):
        found = search(inspection, leaf, seed)
        if found is not None:
            comparison.run(torch.tensor([found]), late=True)
            if comparison.wrong():
                return True
    return False


def search(inspection: Inspection, leaf: int, seed: int) -> int | None:
    """The flat index of an element of a leaf where the gradient disagrees, None when the leaf agrees."""
    whole = through(inspection, seed)[leaf]
    size = whole.numel()

    def disagrees(start: int, end: int) -> bool:
        part = torch.zeros_like(whole)
        part.view(-1)[start:end] = whole.reshape(-1)[start:end]
        direction = [torch.zeros_like(value) for value in inspection.probe.values]
        direction[leaf] = part
        return slope(inspection, direction).code == WRONG

    start, end = 0, size
    if not size or not disagrees(start, end):
        return None
    while end - start > 1:
        middle = (start + end) // 2
        if disagrees(start, middle):
            end = middle
        elif disagrees(middle, end):
            start = middle
        else:
            return start
    return start
