"""Why a gradient is wrong: rules from facts to likenesses, the first that fits.

A hint marked exact is a statement about the numbers of this check, true to the error bars of the differences. Only then
may it be read as a fact; the others are likenesses ("looks like").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from dltui.gradcheck.case import Case, sizes_of
from dltui.gradcheck.causes import cause
from dltui.gradcheck.faulthints import fault_hints
from dltui.gradcheck.inspection import Inspection
from dltui.gradcheck.local import local_hint
from dltui.gradcheck.moves import multiset_hint, shifted_hint, swapped_hint, turned_hint
from dltui.gradcheck.places import (
    border_hint,
    kink_hint,
    mask_hint,
    nan_hint,
    single_hint,
    slice_hint,
    subset_hint,
    zero_hint,
)
from dltui.gradcheck.report import Hint
from dltui.gradcheck.scales import meaning, ratio_hint, shown, slice_factor_hint
from dltui.gradcheck.subject import real
from dltui.gradcheck.table import Table
from dltui.gradcheck.terms import activation_hint, clip_hint, decay_hint, mean_hint, precision_hint, rows_hint

Rule = Callable[[Case], Hint | None]
RULES: tuple[Rule, ...] = (
    zero_hint, nan_hint, kink_hint, precision_hint, single_hint, ratio_hint, swapped_hint, rows_hint, local_hint,
    turned_hint, shifted_hint, slice_hint, border_hint, decay_hint, activation_hint, mask_hint, subset_hint, clip_hint,
    slice_factor_hint, mean_hint, multiset_hint,
)  # fmt: skip


def hints_of(inspection: Inspection) -> list[Hint]:
    """Hints for everything that is wrong: faults first, then one per tensor; what all tensors share is said once."""
    faults = [fault for fault in inspection.rehearsal.faults if fault.wrong]
    found = fault_hints(inspection)
    tied = {member.leaf for tie in inspection.ties for member in tie.members}
    for tie in inspection.ties:
        names = [f"{inspection.subject.leaves[member.leaf].name}[{member.place}]" for member in tie.members]
        some = ", ".join(names[:4]) + (", …" if len(names) > 4 else "")
        text = f"{len(names)} tied elements ({some}) must share one gradient"
        sums = f"together they get {shown(tie.found)} instead of {shown(tie.expected)}"
        found.append(Hint("tie", f"{text}: {sums}", inspection.subject.leaves[tie.members[0].leaf].name, exact=True))
    faulty = {fault.leaf for fault in faults}
    cases = cases_of(inspection)
    here = []
    for place, case in cases:
        if case.name in faulty or (place in tied and not bool((case.wrong | case.wrong_kinks).any())):
            continue
        hint = next((hint for rule in RULES if (hint := rule(case))), None)
        if hint:
            here.append(hint)
    rules = shared(here, len(cases), cases)
    if found or (rules and len(rules) == 1 and rules[0].exact):
        return [*found, *rules]
    path = cause(inspection)
    return [*([path] if path else []), *rules]


def shared(hints: Sequence[Hint], wrong: int, cases: Sequence[tuple[int, Case]]) -> list[Hint]:
    """One hint instead of many where all wrong tensors are off by the same factor."""
    factors = {float(f"{hint.factor:.6g}") for hint in hints if hint.code in ("ratio", "sign") and hint.factor}
    if len(hints) > 1 and len(hints) == wrong and len(factors) == 1 and all(hint.factor for hint in hints):
        factor = next(iter(factors)) or 0.0
        total = sum(int(case.seen.sum()) for _, case in cases)
        text = f"analytic / numeric = {shown(factor)} for all {total} elements of {len(hints)} tensors"
        return [Hint(hints[0].code, text + meaning(factor, cases[0][1]), "", exact=True, factor=factor)]
    return list(hints)


def cases_of(inspection: Inspection) -> list[tuple[int, Case]]:
    """(number of the leaf, case) of every tensor with wrong elements."""
    leaves, tables = inspection.subject.leaves, [comparison.table for comparison in inspection.compared]
    shapes = {leaf.name: tuple(real(leaf.value.detach()).shape) for leaf in leaves}
    outputs = [y.detach().double() for y in inspection.rehearsal.outputs]
    for number, y in enumerate(outputs):
        shapes["the output" if len(outputs) == 1 else f"output {number}"] = tuple(y.shape)
    sizes = sizes_of(shapes, batch_size(inspection))
    numerics = {leaf.name: table.numeric.view(shapes[leaf.name]) for leaf, table in zip(leaves, tables, strict=True)}
    found = []
    for place, (leaf, table, comparison) in enumerate(zip(leaves, tables, inspection.compared, strict=True)):
        if comparison.wrong():
            shape = shapes[leaf.name]
            case = Case(
                name=leaf.name, analytic=table.analytic.view(shape), numeric=table.numeric.view(shape),
                error=table.error.view(shape), floor=floor_of(table, inspection.slack.tau).view(shape),
                code=table.code.view(shape), bent=comparison.bent().view(shape),
                right=table.right.view(shape), left=table.left.view(shape), value=real(leaf.value.detach()).double(),
                missing=not inspection.rehearsal.given[place],
                others={name: numeric for name, numeric in numerics.items() if name != leaf.name},
                outputs=outputs, cotangents=[v.double() for v in inspection.rehearsal.cotangents], sizes=sizes,
            )  # fmt: skip
            found.append((place, case))
    return found


def floor_of(table: Table, tau: float) -> Tensor:
    """What a tolerance holds besides the error bar and the relative part."""
    size = torch.maximum(table.analytic.abs(), table.numeric.abs())
    return (table.tolerance - table.error - tau * size).nan_to_num(0.0, 0.0, 0.0).clamp(min=0)


def batch_size(inspection: Inspection) -> int | None:
    """The first dimension of the first argument, where that has at least two."""
    for leaf in inspection.subject.leaves:
        if not leaf.parameter and leaf.value.dim() >= 2:
            return int(leaf.value.shape[0])
    args, _ = inspection.subject.arguments
    first = args[0] if args else None
    return int(first.shape[0]) if hasattr(first, "shape") and len(first.shape) >= 2 else None
