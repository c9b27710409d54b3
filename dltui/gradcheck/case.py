"""One wrong tensor as the rules for hints see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from dltui.gradcheck.verdicts import KINK, OK, UNCHECKED, UNSURE, WRONG

LOOSE = 1e-4
"""Two numbers this close, as a share, say the same thing."""


@dataclass(frozen=True)
class Case:
    """All tensors but `outputs` and `cotangents` have the shape of the leaf; float64."""

    name: str
    analytic: Tensor
    numeric: Tensor
    error: Tensor
    floor: Tensor
    """Absolute slack per element: rounding of sums over the tensor."""
    code: Tensor
    bent: Tensor
    """Elements judged at a kink, where the two sides have derivatives of their own."""
    right: Tensor
    left: Tensor
    value: Tensor
    missing: bool
    """The backward gave no gradient at all."""
    others: Mapping[str, Tensor]
    """Numeric gradients of the other leaves."""
    outputs: Sequence[Tensor]
    cotangents: Sequence[Tensor]
    sizes: Mapping[int, str]
    """Sizes of dimensions and their products, with what they are: 16 -> "the batch size"."""

    @property
    def seen(self) -> Tensor:
        """Elements that can be compared: no kinks, no doubts."""
        known = (self.code == OK) | (self.code == WRONG)
        return known & ~self.bent & self.analytic.isfinite() & self.numeric.isfinite()

    @property
    def wrong(self) -> Tensor:
        """Wrong elements that are not at a kink."""
        return (self.code == WRONG) & self.seen

    @property
    def wrong_kinks(self) -> Tensor:
        return (self.code == WRONG) & self.bent

    @property
    def complete(self) -> bool:
        """Every element was compared with a difference."""
        return not bool(((self.code == UNCHECKED) | (self.code == UNSURE) | (self.code == KINK)).any())

    def slack(self, guess: Tensor, factor: float = 1.0) -> Tensor:
        """How far `analytic` may be from a guess made of numeric values times `factor`."""
        bars = self.error.nan_to_num(0.0, 0.0, 0.0) * max(1.0, abs(factor))
        return bars + LOOSE * torch.maximum(self.analytic.abs(), guess.abs()) + self.floor

    def says(self, guess: Tensor, among: Tensor | None = None, ours: Tensor | None = None) -> bool:
        """Whether the analytic gradient (or `ours`) equals `guess` at all comparable elements (`among`), and the
        numeric one does not."""
        if guess.shape != self.analytic.shape:
            return False
        among = self.seen if among is None else among & self.seen
        mine = self.analytic if ours is None else ours
        if not bool((among & self.wrong).any()):
            return False
        fits = (mine - guess).abs() <= self.slack(guess)
        return bool((fits & guess.isfinite())[among].all())

    def count(self) -> str:
        """ "all 320 elements", as evidence."""
        amount = int(self.seen.sum())
        whole = self.complete and amount == self.analytic.numel()
        return f"all {amount} elements" if whole else f"all {amount} elements compared"

    @property
    def flat(self) -> bool:
        """The right gradient is zero wherever it is known: any mask that is zero there would fit."""
        return not bool(self.numeric[self.seen].any())


def sizes_of(shapes: Mapping[str, tuple[int, ...]], batch: int | None) -> dict[int, str]:
    """What a number may stand for: the batch size, dimensions, numbers of elements, and products of two dimensions."""
    found: dict[int, str] = {}
    for name, shape in shapes.items():
        for place, size in enumerate(shape):
            found.setdefault(size, f"the size of dimension {place} of {name}")
        total = 1
        for size in shape:
            total *= size
        if total > 1:
            found.setdefault(total, f"the number of elements of {name}")
        for start in range(len(shape)):
            for end in range(start + 2, len(shape) + 1):
                product = 1
                for size in shape[start:end]:
                    product *= size
                found.setdefault(product, f"the product of dimensions {start} to {end - 1} of {name}")
    if batch:
        found[batch] = "the batch size"
    found.pop(1, None)
    found.pop(0, None)
    return found
