"""Hints about backwards that are no linear function of grad_output, or return the wrong shape."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from dltui.gradcheck.inspection import Inspection
from dltui.gradcheck.rehearsal import FACTORS, Fault, Rehearsal, extent
from dltui.gradcheck.report import Hint

NEAR = 1e-4


def fault_hints(inspection: Inspection) -> list[Hint]:
    """One hint per fault, with the kind of misuse where the numbers show it."""
    rehearsal = inspection.rehearsal
    found = []
    for fault in rehearsal.faults:
        if not fault.wrong:
            continue
        text = ""
        if fault.code == "nonlinear":
            text = misuse(rehearsal, place_of(rehearsal, fault.leaf))
        elif fault.code == "shape":
            text = misshapen(inspection, fault)
        found.append(Hint(fault.code, f"{fault.sentence}{text}", fault.leaf, exact=True))
    return found


def place_of(rehearsal: Rehearsal, name: str) -> int:
    return next(place for place, leaf in enumerate(rehearsal.subject.leaves) if leaf.name == name)


def misuse(rehearsal: Rehearsal, place: int) -> str:
    """How the gradient depends on `v`, from its values at three multiples of `v`."""
    negative, large, _ = FACTORS
    if large not in rehearsal.scaled:
        return ""
    one = rehearsal.gradients[place].double()
    minus, much = (rehearsal.scaled[factor][place].double() for factor in (negative, large))
    rest = (minus - negative * one) / (1 - negative)
    if extent(much - (large * (one - rest) + rest)) <= NEAR * extent(much) and extent(rest) > 0:
        value = rehearsal.subject.leaves[place].value.detach().double()
        factor = share(rest, value)
        if factor is not None:
            return f": it adds {factor:.4g} times the tensor itself, whatever grad_output is (weight decay)"
        return f": it adds the same numbers whatever grad_output is, up to {extent(rest):.4g}"
    kinds = {
        "it squares grad_output": (negative**2, large**2),
        "it takes the magnitude of grad_output": (-negative, large),
        "only the sign or the direction of grad_output counts": (-1.0, 1.0),
    }
    for kind, (low, high) in kinds.items():
        if all(
            extent(got - factor * one) <= NEAR * abs(factor) * extent(one)
            for got, factor in ((minus, low), (much, high))
        ):
            return f": {kind}"
    if extent(much) < 0.5 * large * extent(one):
        return ": grad_output is clipped, or its large values are dropped"
    return ": grad_output is clipped, masked by its own values, or something is added to it"


def share(rest: Tensor, value: Tensor) -> float | None:
    """The factor c with rest = c * value, None where there is none."""
    if rest.shape != value.shape or extent(value) == 0:
        return None
    factor = float((rest * value).sum() / (value * value).sum())
    return factor if extent(rest - factor * value) <= NEAR * extent(rest) else None


def misshapen(inspection: Inspection, fault: Fault) -> str:
    """What the gradient of the wrong shape is."""
    place = place_of(inspection.rehearsal, fault.leaf)
    got = inspection.rehearsal.misshapen[fault.leaf].double()
    numeric = inspection.compared[place].table.numeric.view(inspection.rehearsal.gradients[place].shape)
    for text, guess in reshaped(got, numeric):
        if guess.shape == numeric.shape and extent(guess - numeric) <= NEAR * extent(numeric):
            return f": {text}"
    return ""


def reshaped(got: Tensor, numeric: Tensor) -> Iterator[tuple[str, Tensor]]:
    """(what was done, the gradient as it should be)."""
    if got.dim() == 2:
        yield "its transpose would be right", got.T
    for count in range(1, got.dim() + 1):
        dims = tuple(range(count))
        if got.shape[count:] == numeric.shape:
            yield f"summed over its first {count} dimensions it would be right: the sum is missing", got.sum(dims)
    if got.numel() == numeric.numel():
        yield "its values are right, in another shape", got.reshape(numeric.shape)
        if numeric.dim() == 2:
            yield "transposed and reshaped it would be right", got.reshape(numeric.T.shape).T
    if got.dim() == numeric.dim():
        dims = tuple(dim for dim in range(got.dim()) if numeric.shape[dim] == 1 and got.shape[dim] != 1)
        if dims:
            yield (
                f"summed over {dims} it would be right: the sum over a broadcast dimension is missing",
                got.sum(dims, keepdim=True),
            )
    if numeric.dim() > got.dim():
        yield "it lacks a dimension", got.expand(numeric.shape) if can_expand(got, numeric) else torch.empty(0)


def can_expand(got: Tensor, numeric: Tensor) -> bool:
    return all(a in (1, b) for a, b in zip(reversed(got.shape), reversed(numeric.shape), strict=False))
