"""The result of a check, as data."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import torch
from torch import Tensor

from dltui.gradcheck.verdicts import KINK, NAMES, OK, UNCHECKED, UNSURE, WRONG

Verdict = Literal["right", "wrong", "inconclusive"]
FEW, TINY, WIDE = 0.05, 1e-6, 0.1
"""Shares of the elements of a tensor, of its largest gradient, and of a gradient; see `slight`."""


@dataclass(frozen=True)
class Element:
    """One element of one tensor."""

    tensor: str
    index: tuple[int, ...]
    analytic: float
    numeric: float
    error: float
    """Error bar of `numeric`."""
    step: float
    verdict: str

    @property
    def relative(self) -> float:
        """|analytic - numeric| / max(|analytic|, |numeric|), 0 where both are 0."""
        size = max(abs(self.analytic), abs(self.numeric))
        return abs(self.analytic - self.numeric) / size if size else 0.0

    def __str__(self) -> str:
        place = f"[{', '.join(map(str, self.index))}]" if self.index else ""
        difference = f"{self.numeric:.6g} ± {self.error:.1g}"
        return f"{self.tensor}{place}: backward {self.analytic:.6g}, finite difference {difference}"


@dataclass(frozen=True)
class Hint:
    """A cause, or where to look for it."""

    code: str
    """The rule that found it, such as "ratio" or "transposed"."""
    sentence: str
    tensor: str
    """Name of the tensor; empty for all."""
    exact: bool
    """A statement of fact about the numbers; otherwise a likeness."""
    factor: float | None = None
    """analytic / numeric, where that is one number."""

    def __str__(self) -> str:
        return self.sentence if self.exact else f"looks like: {self.sentence}"


@dataclass(frozen=True)
class TensorReport:
    """One tensor; all fields but the name have its shape (a complex tensor: its `view_as_real`, (…, 2))."""

    name: str
    analytic: Tensor
    """What the backward says, float64."""
    numeric: Tensor
    """What differences say, float64; NaN where not checked."""
    error: Tensor
    """Error bar of `numeric`. Where the first difference agreed, a bound of its rounding alone."""
    step: Tensor
    """The step of the difference."""
    verdict: Tensor
    """uint8 codes: index into `verdicts.NAMES`."""
    tolerance: Tensor
    """How far apart the two may be, per element: |analytic - numeric| / tolerance is what a heat map shows."""

    def count(self, code: int) -> int:
        return int((self.verdict == code).sum())

    @property
    def counts(self) -> dict[str, int]:
        """Elements by the name of their verdict."""
        return {name: self.count(code) for code, name in enumerate(NAMES)}

    @property
    def excess(self) -> Tensor:
        """|analytic - numeric| / tolerance; above 1 is more than rounding explains. NaN where not checked."""
        return (self.analytic - self.numeric).abs() / self.tolerance

    def element(self, place: int) -> Element:
        """The element at a flat index."""
        spot = tuple(int(each) for each in torch.unravel_index(torch.tensor(place), self.analytic.shape))
        analytic, numeric, error, step = (
            float(column.reshape(-1)[place]) for column in (self.analytic, self.numeric, self.error, self.step)
        )
        return Element(self.name, spot, analytic, numeric, error, step, NAMES[int(self.verdict.reshape(-1)[place])])

    def worst(self, k: int = 1) -> list[Element]:
        """The k elements furthest from right: wrong ones first, then by excess."""
        rank = self.excess.reshape(-1).nan_to_num(0.0, 1e200).clamp(max=1e200)
        code = self.verdict.reshape(-1)
        rank = (
            rank + 1e250 * (code == WRONG).double() + 1e225 * (code == UNSURE).double() - (code == UNCHECKED).double()
        )
        return [self.element(int(place)) for place in rank.topk(min(k, rank.numel())).indices]


@dataclass(frozen=True)
class GradientReport:
    """What a check found. `bool(report)` is `report.ok`."""

    title: str
    verdict: Verdict
    tensors: Mapping[str, TensorReport]
    hints: tuple[Hint, ...] = ()
    faults: tuple[str, ...] = ()
    """Facts that make a gradient wrong, whatever its numbers."""
    notes: tuple[str, ...] = ()
    first_bad_module: str | None = None
    mode: str = "full"
    evaluations: int = 0
    """Values of the function used, each row of a batch counted."""
    seconds: float = 0.0
    details: Mapping[str, float] = field(default_factory=dict)
    """Numbers of the mode, such as "miss" for the chance to miss one wrong element."""

    @property
    def ok(self) -> bool:
        return self.verdict == "right"

    def __bool__(self) -> bool:
        return self.ok

    @property
    def counts(self) -> dict[str, int]:
        """Elements of all tensors by the name of their verdict."""
        return {name: sum(tensor.counts[name] for tensor in self.tensors.values()) for name in NAMES}

    def worst(self, k: int = 5) -> list[Element]:
        """The k worst elements of all tensors."""
        everything = [element for tensor in self.tensors.values() for element in tensor.worst(k)]
        order = {"wrong": 0, "unsure": 1}
        return sorted(everything, key=lambda each: (order.get(each.verdict, 2), -each.relative))[:k]

    def __str__(self) -> str:
        """One line: the verdict, how many, where, and the first hint."""
        counts = self.counts
        total = sum(counts.values())
        if self.verdict == "right":
            kinks = f" ({counts['kink']} at kinks)" if counts["kink"] else ""
            checked = total - counts["unchecked"]
            share = f"{checked}" if checked == total else f"{checked} of {total}"
            return f"{self.title}: right, {share} elements in {len(self.tensors)} tensors{kinks}"
        wrong = counts["wrong"] or counts["unsure"]
        word = "wrong" if counts["wrong"] else "unsure"
        where = [name for name, tensor in self.tensors.items() if tensor.counts[word]]
        amount = f", {wrong} of {total} elements {word}, in {', '.join(where)}" if wrong else ""
        reason = [*map(str, self.hints), *self.faults, *self.notes]
        return f"{self.title}: {self.verdict}{amount}" + (f" — {reason[0]}" if reason else "")

    def assert_ok(self) -> None:
        """For tests. Raises AssertionError with the verdict, the worst elements and the hints."""
        if not self.ok:
            worst = [element for element in self.worst(5) if element.verdict in ("wrong", "unsure")]
            lines = [*worst, *self.hints, *self.faults, *self.notes]
            raise AssertionError("\n  ".join([str(self), *map(str, lines)]))

    def to_json(self, elements: int = 20) -> str:
        """A JSON object with the verdict, counts and the `elements` worst elements of each tensor. Infinite and NaN
        numbers become strings, so that any reader can parse it."""
        body = {
            "title": self.title, "verdict": self.verdict, "ok": self.ok, "mode": self.mode, "counts": self.counts,
            "tensors": [
                {
                    "name": tensor.name, "shape": list(tensor.analytic.shape), "counts": tensor.counts,
                    "worst": [plain(each) for each in tensor.worst(elements) if each.verdict != NAMES[UNCHECKED]],
                }
                for tensor in self.tensors.values()
            ],
            "hints": [{"code": h.code, "text": h.sentence, "tensor": h.tensor, "exact": h.exact} for h in self.hints],
            "faults": list(self.faults), "notes": list(self.notes), "first_bad_module": self.first_bad_module,
            "evaluations": self.evaluations, "seconds": round(self.seconds, 6), "details": dict(self.details),
        }  # fmt: skip
        return json.dumps(body, allow_nan=False)


def plain(element: Element) -> dict[str, object]:
    """An element for JSON."""

    def number(value: float) -> float | str:
        return value if math.isfinite(value) else str(value)

    return {
        "index": list(element.index), "analytic": number(element.analytic), "numeric": number(element.numeric),
        "error": number(element.error), "step": number(element.step), "verdict": element.verdict,
    }  # fmt: skip


def verdict_of(tensors: Mapping[str, TensorReport], wrong: bool, unusable: bool) -> Verdict:
    """The verdict over all elements; `wrong`: a fault says so already; `unusable`: nothing could be checked."""
    found = {int(code) for tensor in tensors.values() for code in tensor.verdict.unique()}
    if wrong or WRONG in found:
        return "wrong"
    if unusable or (UNSURE in found and not all(map(slight, tensors.values()))):
        return "inconclusive"
    return "right" if found <= {OK, KINK, UNCHECKED, UNSURE} else "inconclusive"


def slight(tensor: TensorReport) -> bool:
    """Whether all elements without a verdict are few, below a millionth of the largest of their tensor, and agree
    within a tenth of themselves: a softmax that is sure of its choice leaves such gradients behind."""
    some = tensor.verdict == UNSURE
    if not bool(some.any()):
        return True
    a, n, error = (column[some] for column in (tensor.analytic, tensor.numeric, tensor.error))
    few = int(some.sum()) <= FEW * some.numel()
    small = (n.abs() <= TINY * tensor.analytic.abs().max()) & ((a - n).abs() <= error) & (error <= WIDE * n.abs())
    return few and bool(small.all())
