"""Hints about gradients that are wrong at some places only."""

from __future__ import annotations

import torch
from torch import Tensor

from dltui.gradcheck.case import Case
from dltui.gradcheck.report import Hint
from dltui.gradcheck.scales import common_factor, meaning, shown
from dltui.gradcheck.verdicts import WRONG


def zero_hint(case: Case) -> Hint | None:
    """Nothing arrives at all."""
    if bool((case.analytic == 0).all()):
        what = "the backward gives no gradient" if case.missing else "the gradient is all zero"
        text = f"{what} for {case.name} ({case.analytic.numel()} elements): detached, forgotten or overwritten"
        return Hint("zero", text, case.name, exact=True)
    return None


def nan_hint(case: Case) -> Hint | None:
    """Not a number, or infinite, where the function is smooth."""
    lost = (case.code == WRONG) & ~case.analytic.isfinite()
    if not bool(lost.any()):
        return None
    kind = "NaN" if bool(case.analytic[lost].isnan().all()) else "not finite"
    zero = bool((case.numeric[lost].abs() <= 1e-9).all())
    why = ": as 0 * inf, where a mask comes after a division" if zero else ""
    amount = f"{int(lost.sum())} of {case.analytic.numel()} elements"
    return Hint("nan", f"the gradient of {case.name} is {kind} at {amount}{why}", case.name, exact=True)


def kink_hint(case: Case) -> Hint | None:
    """Wrong at a kink, and nowhere else: outside of what both sides allow."""
    places = case.wrong_kinks.nonzero()
    if bool(case.wrong.any()) or not len(places):
        return None
    spot = tuple(int(each) for each in places[0])
    low, high = sorted((float(case.left[spot]), float(case.right[spot])))
    where = f"{case.name}[{', '.join(map(str, spot))}]" if spot else case.name
    more = f" ({len(places)} such elements)" if len(places) > 1 else ""
    text = (
        f"at the kink {where} any gradient from {low:.6g} to {high:.6g} is valid, not {float(case.analytic[spot]):.6g}"
    )
    return Hint("kink", text + more, case.name, exact=True)


def single_hint(case: Case) -> Hint | None:
    """One element."""
    places = case.wrong.nonzero()
    if len(places) != 1 or case.analytic.numel() < 3 or int(case.seen.sum()) < 3:
        return None
    spot = ", ".join(str(int(each)) for each in places[0])
    a, n = float(case.analytic[case.wrong]), float(case.numeric[case.wrong])
    text = f"one element of {case.name} is wrong, at [{spot}]: {a:.6g} instead of {n:.6g}"
    return Hint("single", text, case.name, exact=True)


def slice_hint(case: Case) -> Hint | None:
    """All wrong elements have one index in common, and others are right."""
    wrong, right = case.wrong.nonzero(), (case.seen & ~case.wrong & (case.numeric != 0)).nonzero()
    if len(wrong) < 2 or not len(right):
        return None
    for dim in range(case.analytic.dim()):
        size = case.analytic.shape[dim]
        index = wrong[:, dim].unique()
        if size < 2 or len(index) > max(1, size // 2) or len(index) == size:
            continue
        low, high = int(index[0]), int(index[-1])
        if high - low + 1 != len(index):
            continue
        where = edge(low, high, size)
        text = f"{case.name} is wrong only at {where} of dimension {dim}{inside(case)}"
        return Hint("slice", text, case.name, exact=True)
    return None


def edge(low: int, high: int, size: int) -> str:
    span = f"index {low}" if low == high else f"indices {low} to {high}"
    if low == 0:
        return f"{span} (the first)" if high == 0 else f"{span} (the first {high + 1})"
    if high == size - 1:
        return f"{span} (the last)" if low == high else f"{span} (the last {size - low})"
    return span


def inside(case: Case) -> str:
    """What the wrong elements have in common."""
    if bool((case.analytic[case.wrong] == 0).all()):
        return ", where it is zero: dropped"
    factor = common_factor(case.analytic, case.numeric, case.wrong, case)
    return "" if factor is None else f", where analytic / numeric = {shown(factor)}{meaning(factor, case)}"


def border_hint(case: Case) -> Hint | None:
    """Only pixels at the border of the last two dimensions."""
    if case.analytic.dim() < 2 or min(case.analytic.shape[-2:]) < 3:
        return None
    inner = torch.zeros_like(case.wrong)
    inner[..., 1:-1, 1:-1] = True
    if bool((case.wrong & inner).any()) or not bool((case.seen & inner & (case.numeric != 0)).any()):
        return None
    if int(case.wrong.sum()) < 3:
        return None
    text = f"{case.name} is wrong only at the border of its last two dimensions{inside(case)}"
    return Hint("border", f"{text}: the padding is treated wrongly", case.name, exact=True)


def mask_hint(case: Case) -> Hint | None:
    """Zero where it should not be, or the other way round; right elsewhere."""
    small = 1e-9 * case.numeric[case.seen].abs().max() if bool(case.seen.any()) else 0.0
    wrong = case.wrong
    lost = wrong & (case.analytic == 0)
    extra = wrong & (case.numeric.abs() <= small)
    total = int(wrong.sum())
    if int(lost.sum()) == total:
        text = f"{case.name} has no gradient at {total} elements that matter{by_sign(case, wrong)}"
        return Hint("mask-strict", f"{text}: a mask is too strict, or stale", case.name, exact=False)
    if int(extra.sum()) == total:
        text = f"{case.name} has a gradient at {total} elements that do not matter{by_sign(case, wrong)}"
        return Hint("mask-missing", f"{text}: a mask is missing", case.name, exact=False)
    if total == int((lost | extra).sum()) and int(lost.sum()) and int(extra.sum()):
        text = (
            f"{case.name} has a gradient where it does not matter ({int(extra.sum())} elements) and none where it does"
        )
        return Hint(
            "mask-wrong",
            f"{text} ({int(lost.sum())}): the mask is another one (inverted or stale)",
            case.name,
            exact=False,
        )
    return None


def by_sign(case: Case, places: Tensor) -> str:
    """Whether the places are those of one sign of the value."""
    values = case.value[places]
    if len(values) > 1 and bool((values < 0).all()):
        return f", all where {case.name} < 0"
    if len(values) > 1 and bool((values > 0).all()):
        return f", all where {case.name} > 0"
    return ""


def subset_hint(case: Case) -> Hint | None:
    """A constant factor at the wrong elements, right elsewhere."""
    if int(case.wrong.sum()) < 2 or not bool((case.seen & ~case.wrong & (case.numeric != 0)).any()):
        return None
    factor = common_factor(case.analytic, case.numeric, case.wrong, case)
    if factor is None:
        return None
    amount, total = int(case.wrong.sum()), int(case.seen.sum())
    text = f"analytic / numeric = {shown(factor)} at {amount} of {total} elements{by_sign(case, case.wrong)}"
    return Hint("subset", f"{text}, the others are right{meaning(factor, case)}", case.name, exact=True, factor=factor)
