"""Hints about a term that is missing, or one too many: derivatives of activations, means, decay, branches."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from dltui.gradcheck.case import Case
from dltui.gradcheck.report import Hint
from dltui.gradcheck.scales import common_factor, shown


def activation_hint(case: Case) -> Hint | None:
    """Multiplying by the derivative of an activation makes it match, or dividing."""
    if case.flat:
        return None
    for name, slope in slopes(case):
        if slope.shape != case.analytic.shape or not bool(slope.isfinite().all()):
            continue
        if case.says(case.numeric, ours=case.analytic * slope):
            text = f"the gradient of {case.name} times {name} is right, for {case.count()}"
            return Hint("activation", f"{text}: a missing derivative of the activation", case.name, exact=False)
        if "(1" in name and case.says(case.numeric * slope):
            text = f"the gradient of {case.name} is the right one times {name}, for {case.count()}"
            return Hint("activation-twice", f"{text}: the derivative is applied twice", case.name, exact=False)
    return None


def slopes(case: Case) -> Iterator[tuple[str, Tensor]]:
    """Derivatives by the value and, where the shapes agree, by the output."""
    x = case.value
    s, t = torch.sigmoid(x), torch.tanh(x)
    name = case.name
    yield f"s(1-s) with s = sigmoid({name})", s * (1 - s)
    yield f"1 - tanh({name})^2", 1 - t * t
    yield f"({name} > 0)", (x > 0).double()
    yield f"sigmoid({name})", s
    yield f"({name} + s(1-s)) of a silu", s + x * s * (1 - s)
    yield f"cos({name})", torch.cos(x)
    yield f"exp({name})", torch.exp(x)
    yield f"2*{name}", 2 * x
    yield f"{name}", x
    yield f"sign({name})", x.sign()
    for y in case.outputs:
        if y.shape == x.shape:
            yield "y(1-y) with the output y", y * (1 - y)
            yield "1 - y^2 with the output y", 1 - y * y
            yield "(y > 0) with the output y", (y > 0).double()
            yield "the output y", y


def decay_hint(case: Case) -> Hint | None:
    """The error is a multiple of the tensor itself, or of grad_output."""
    gap = case.analytic - case.numeric
    factor = common_factor(gap, case.value, case.seen, case) if bool(case.value.abs().max() > 0) else None
    if factor is not None and spreads(case.value):
        text = f"analytic - numeric = {shown(factor)} * {case.name} for {case.count()}"
        return Hint("decay", f"{text}: a term of the tensor itself (weight decay)", case.name, exact=True)
    for number, v in enumerate(case.cotangents):
        place = "grad_output" if len(case.cotangents) == 1 else f"grad_output {number}"
        if v.shape != gap.shape:
            continue
        factor = common_factor(gap, v, case.seen, case)
        if factor is not None:
            what = "a skip branch is missing" if factor < 0 else "a skip branch is counted twice"
            text = f"analytic - numeric = {shown(factor)} * {place} for {case.count()}: {what}"
            return Hint("skip", text, case.name, exact=False)
    return None


def precision_hint(case: Case) -> Hint | None:
    """Values with fewer digits than their dtype has."""
    some = case.analytic[case.seen & (case.analytic != 0)]
    if len(some) < 4 or not bool(case.wrong.any()):
        return None
    for dtype, bits in ((torch.bfloat16, 8), (torch.float16, 11), (torch.float32, 24)):
        rough = bool((some.to(dtype).double() == some).all())
        fine = bool((case.numeric[case.seen].to(dtype).double() == case.numeric[case.seen]).all())
        off = (case.analytic - case.numeric).abs() <= 8 * torch.finfo(dtype).eps * case.numeric.abs().max()
        if rough and not fine and bool(off[case.seen].all()):
            name = str(dtype).removeprefix("torch.")
            text = f"the gradient of {case.name} has only {bits} significant bits, for {case.count()}"
            return Hint("precision", f"{text}: it was computed in {name}", case.name, exact=True)
    return None


def clip_hint(case: Case) -> Hint | None:
    """The right gradient is the one given, clipped, or the other way round."""
    among = case.seen
    for ours, theirs, word in (
        (case.analytic, case.numeric, "is not clipped: clipped at {:.4g} it would be right (a linear part is missing)"),
        (case.numeric, case.analytic, "is clipped at {:.4g}: without it would be right"),
    ):
        most = float(theirs[among].abs().max()) if bool(among.any()) else 0.0
        at_most = int((theirs[among].abs() >= most * (1 - 1e-6)).sum())
        fits = (ours.clamp(-most, most) - theirs).abs() <= case.slack(case.numeric)
        if at_most >= 2 and bool(fits[among].all()):
            return Hint("clipped", f"the gradient of {case.name} {word.format(most)}", case.name, exact=False)
    return None


def rows_hint(case: Case) -> Hint | None:
    """A gradient of a broadcast tensor that comes from one row of grad_output instead of their sum."""
    for v in case.cotangents:
        if v.dim() == case.analytic.dim() + 1 and v.shape[1:] == case.analytic.shape:
            for row in range(min(len(v), 64)):
                if case.says(v[row]):
                    text = f"the gradient of {case.name} is row {row} of grad_output, for {case.count()}"
                    return Hint("sum", f"{text}: the sum over the batch is missing", case.name, exact=True)
            for name, guess in (("mean", v.mean(0)), ("largest value", v.amax(0)), ("product", v.prod(0))):
                if case.says(guess):
                    text = (
                        f"the gradient of {case.name} is the {name} of grad_output over the batch, for {case.count()}"
                    )
                    return Hint("sum", f"{text}: it should be the sum", case.name, exact=True)
    return None


def mean_hint(case: Case) -> Hint | None:
    """The error is the same along a dimension."""
    gap, slack = case.analytic - case.numeric, case.slack(case.numeric)
    shape = gap.shape
    if not case.complete or not bool(case.wrong.any()):
        return None
    if gap.numel() > 2 and bool(((gap - gap.mean()).abs() <= slack).all()):
        text = f"analytic - numeric is the same for all {gap.numel()} elements of {case.name} ({float(gap.mean()):.4g})"
        return Hint("mean", f"{text}: a mean is missing or subtracted once too often", case.name, exact=False)
    for dim in range(gap.dim()):
        if shape[dim] < 3:
            continue
        center = gap.mean(dim, keepdim=True)
        if bool(((gap - center).abs() <= slack).all()):
            text = f"analytic - numeric is the same along dimension {dim} of {case.name}"
            return Hint("mean", f"{text}: the mean (or sum) over it is missing", case.name, exact=False)
    return None


def spreads(value: Tensor) -> bool:
    """Whether a tensor has more than one magnitude: a multiple of a constant says nothing."""
    magnitudes = value.abs()
    return bool(magnitudes.max() > 1.01 * magnitudes.min())
