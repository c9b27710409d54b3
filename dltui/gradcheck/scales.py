"""Hints about gradients that are off by a factor."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from dltui.gradcheck.case import LOOSE, Case
from dltui.gradcheck.report import Hint

EXACT = 1e-5


def ratio_hint(case: Case) -> Hint | None:
    """One factor for the whole tensor."""
    factor = common_factor(case.analytic, case.numeric, case.seen, case)
    if factor is None or abs(factor - 1) < 1e-6:
        return None
    evidence = f"analytic / numeric = {shown(factor)} for {case.count()}"
    return Hint(
        "ratio" if factor != -1 else "sign", f"{evidence}{meaning(factor, case)}", case.name, exact=True, factor=factor
    )


def common_factor(ours: Tensor, theirs: Tensor, among: Tensor, case: Case) -> float | None:
    """The factor c with ours = c * theirs at all elements `among`; None where there is none, or all are zero."""
    p, q = ours[among], theirs[among]
    if not len(q) or float(q.abs().max()) == 0:
        return None
    big = q.abs() > 1e-3 * q.abs().max()
    factor = float((p[big] / q[big]).median())
    if factor == 0 or not math.isfinite(factor):
        return None
    near = nearest(factor, case)
    fits = (p - near * q).abs() <= case.slack(theirs * near, near)[among]
    return near if bool(fits.all()) else None


def nearest(factor: float, case: Case) -> float:
    """A number with a meaning where the factor is within 1e-5 of one."""
    for number, _ in meanings(case):
        if abs(factor - number) <= EXACT * abs(number):
            return number
    return factor


def meanings(case: Case) -> Iterator[tuple[float, str]]:
    """Factors and what they mean."""
    yield -1.0, ": the sign is wrong"
    yield 2.0, ": a factor 2 too much, or counted twice" + also(2, case)
    yield 0.5, ": a factor 2 is missing (as in the derivative of a square)" + also(2, case)
    for size, text in case.sizes.items():
        yield float(size), f"; {size} is {text}: a missing 1/{size} (sum instead of mean)"
        yield 1 / size, f" = 1/{size}; {size} is {text}: divided by {size} once too often (mean instead of sum)"
    for size, text in case.sizes.items():
        yield math.sqrt(size), f" = sqrt({size}); {size} is {text}: a missing 1/sqrt({size})"
        yield 1 / math.sqrt(size), f" = 1/sqrt({size}); {size} is {text}: divided by sqrt({size}) once too often"
        yield float(size) ** 2, f" = {size}^2; {size} is {text}: divided by it two times too few"
        yield 1 / size**2, f" = 1/{size}^2; {size} is {text}: divided by it two times too often"
    yield -2.0, ": the sign is wrong, and a factor 2 too much"
    yield -0.5, ": the sign is wrong, and a factor 2 is missing"
    for size, text in case.sizes.items():
        yield -float(size), f"; the sign is wrong, and {size} is {text}: a missing 1/{size}"
        yield -1 / size, f" = -1/{size}; the sign is wrong, and {size} is {text}"
        if size > 2:
            yield size / (size - 1), f" = {size}/{size - 1}; {size} is {text}: divided by {size - 1} instead of {size}"
            yield (size - 1) / size, f" = {size - 1}/{size}; {size} is {text}: divided by {size} instead of {size - 1}"
    for whole in (3, 4, 5, 6, 8, 10, 100, 255, 1000):
        yield float(whole), f": a factor {whole} too much"
        yield 1 / whole, f" = 1/{whole}: a factor {whole} is missing"


def also(size: int, case: Case) -> str:
    return f"; {size} is also {case.sizes[size]}" if size in case.sizes else ""


def meaning(factor: float, case: Case) -> str:
    for number, text in meanings(case):
        if factor == number:
            return text
    return ": scaled by a constant"


def shown(factor: float) -> str:
    return f"{factor:.3f}" if 0.01 <= abs(factor) < 1e4 else f"{factor:.4g}"


def slice_factor_hint(case: Case) -> Hint | None:
    """One factor per slice along one dimension."""
    for dim in range(case.analytic.dim()):
        if not 1 < case.analytic.shape[dim] < case.analytic.numel():
            continue
        factors = []
        columns = (case.analytic, case.numeric, case.seen, case.slack(case.numeric))
        for p, q, among, bars in zip(*(column.unbind(dim) for column in columns), strict=True):
            p, q, bars = p[among], q[among], bars[among]
            big = q.abs() > 1e-3 * q.abs().max() if len(q) else among[among]
            if int(big.sum()) < 2:
                break
            factor = (p[big] / q[big]).median()
            if not bool(((p - factor * q).abs() <= 2 * bars * max(1.0, abs(float(factor)))).all()):
                break
            factors.append(float(factor))
        if len(factors) == case.analytic.shape[dim] and spread(factors) > LOOSE:
            low, high = min(factors), max(factors)
            text = f"analytic / numeric is one number per slice of dimension {dim}, from {shown(low)} to {shown(high)}"
            return Hint(
                "slice-factor",
                f"{text}: a factor per slice is wrong (a scale, a norm, an epsilon)",
                case.name,
                exact=True,
            )
    return None


def spread(values: list[float]) -> float:
    return max(values) - min(values)


def turned_factor(case: Case, turned: Tensor) -> float | None:
    """The factor c with analytic = c * turned, for a rearranged numeric gradient."""
    if turned.shape != case.analytic.shape or not bool(torch.isfinite(turned[case.seen]).all()):
        return None
    return common_factor(case.analytic, turned, case.seen, case)
