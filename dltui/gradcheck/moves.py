"""Hints about gradients with the right values at the wrong place."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import torch
from torch import Tensor

from dltui.gradcheck.case import Case
from dltui.gradcheck.report import Hint
from dltui.gradcheck.scales import shown, turned_factor


def swapped_hint(case: Case) -> Hint | None:
    """Equal to the gradient of another tensor."""
    for other, numeric in case.others.items():
        if numeric.shape == case.analytic.shape and case.says(numeric):
            text = f"the gradient of {case.name} equals the one {other} should have, for {case.count()}"
            return Hint("swapped", f"{text}: swapped with {other}", case.name, exact=True)
        if numeric.shape == case.analytic.shape and case.says(case.numeric + numeric):
            text = f"the gradient of {case.name} is its own plus that of {other}, for {case.count()}"
            return Hint("added", f"{text}: added to the wrong tensor", case.name, exact=True)
    return None


def turned_hint(case: Case) -> Hint | None:
    """Transposed, flipped, shifted, or laid out otherwise; with a constant factor as well."""
    for code, text, turned in turns(case):
        factor = turned_factor(case, turned)
        if factor is not None and different(case, turned):
            scaled = "" if factor == 1 or abs(factor - 1) < 1e-6 else f", times {shown(factor)}"
            return Hint(
                code, f"the gradient of {case.name} is {text}{scaled}, for {case.count()}", case.name, exact=True
            )
    return None


def different(case: Case, turned: Tensor) -> bool:
    """Whether the rearrangement explains something: it is not the numeric gradient itself."""
    return bool(((turned - case.numeric).abs() > case.slack(turned))[case.seen].any())


def turns(case: Case) -> Iterator[tuple[str, str, Tensor]]:
    """(rule, what it is, rearranged numeric gradient)."""
    n, dims = case.numeric, case.numeric.dim()
    for order in itertools.permutations(range(dims)) if 2 <= dims <= 4 else ():
        if order != tuple(range(dims)):
            turned = n.permute(order)
            name = (
                "the transpose of what it should be"
                if dims == 2
                else f"what it should be with dimensions in the order {order}"
            )
            if turned.shape == n.shape:
                yield "transposed", f"{name}: transposed", turned
            else:
                yield (
                    "transposed",
                    f"{name}, read in the wrong order: reshape or view instead of transpose",
                    turned.reshape(n.shape),
                )
    yield from flips(case)
    if dims == 4 and n.shape[0] != n.shape[1]:
        return
    for dim in range(dims):
        size = n.shape[dim]
        if size % 2 == 0 and size > 2:
            first, second = n.split(size // 2, dim)
            text = f"what it should be with the two halves of dimension {dim} exchanged: the parts are swapped"
            yield "halves", text, torch.cat([second, first], dim)
        if size % 4 == 0 and size >= 4:
            parts = n.split(size // 4, dim)
            for one, other in itertools.combinations(range(4), 2):
                places = list(range(4))
                places[one], places[other] = other, one
                text = (
                    f"what it should be with quarters {one} and {other} of dimension {dim} exchanged: gates are swapped"
                )
                yield "gates", text, torch.cat([parts[place] for place in places], dim)


def flips(case: Case) -> Iterator[tuple[str, str, Tensor]]:
    n, dims = case.numeric, case.numeric.dim()
    if dims >= 3:
        kernel = "the kernel is not flipped as it should be, or flipped when it should not"
        yield "flipped", f"what it should be, flipped in its last two dimensions: {kernel}", n.flip((-2, -1))
    for dim in range(dims):
        if n.shape[dim] > 1:
            yield "flipped", f"what it should be in the reverse order of dimension {dim}: flipped", n.flip(dim)


def shifted_hint(case: Case) -> Hint | None:
    """Shifted by one or two along one dimension or along the last two; what comes in at the edge may be anything."""
    shape = case.numeric.shape
    ways = [{dim: amount} for dim in range(len(shape)) for amount in (1, -1, 2, -2)]
    if len(shape) >= 3:
        ways += [{len(shape) - 2: one, len(shape) - 1: two} for one in (1, -1) for two in (1, -1)]
    for way in ways:
        if any(shape[dim] < 2 * abs(amount) + 1 for dim, amount in way.items()):
            continue
        moved, inner = case.numeric, torch.ones_like(case.seen)
        for dim, amount in way.items():
            moved = moved.roll(amount, dim)
            edge = inner.movedim(dim, 0)
            edge[slice(None, amount) if amount > 0 else slice(amount, None)] = False
        if int((inner & case.wrong).sum()) >= 2 and case.says(moved, inner):
            steps = " and ".join(f"by {amount} along dimension {dim}" for dim, amount in way.items())
            amount = int((inner & case.seen).sum())
            text = f"the gradient of {case.name} is what it should be, shifted {steps}, for {amount} elements (all but"
            return Hint("shifted", f"{text} the edge): an index or a padding is off", case.name, exact=True)
    return None


CLEARLY = 30.0
"""The error that another order explains is larger than what the comparison of sorted values tolerates."""


def multiset_hint(case: Case) -> Hint | None:
    """The same values in another order."""
    if not case.complete or case.analytic.numel() < 4:
        return None
    ours, (theirs, order) = case.analytic.flatten().sort().values, case.numeric.flatten().sort()
    bars = case.slack(case.numeric).flatten()[order]
    off = (case.analytic - case.numeric).abs().max()
    if bool(((ours - theirs).abs() <= bars).all()) and bool(off > CLEARLY * bars.max()):
        text = f"the gradient of {case.name} has the right {ours.numel()} values in another order"
        return Hint("order", f"{text}: values are sent to the wrong place", case.name, exact=False)
    return None
