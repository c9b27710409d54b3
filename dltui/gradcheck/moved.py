"""A tensor in many rows at once, each row a little beside the recorded one.

Moving one weight changes one channel of the next result and nothing else of it. Kept as that one channel per row, it
costs a fraction of the whole, and everything elementwise after it too.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Moved:
    """`rows` variants of the recorded tensor `base`."""

    base: Tensor
    values: Tensor
    """(rows, *base.shape); with `dim` set, only the indices of that dimension that differ from `base`."""
    dim: int | None = None
    """Dimension of `base` along which each row differs in one block of `width` indices; None: anywhere."""
    place: Tensor | None = None
    """(rows,), number of the block: row r differs at `place[r] * width` up to the next block."""

    @property
    def width(self) -> int:
        return 0 if self.dim is None else self.values.shape[self.dim + 1]

    def whole(self) -> Tensor:
        """The variants, (rows, *base.shape)."""
        if self.dim is None or self.place is None:
            return self.values
        rows = len(self.values)
        spread = self.base.expand(rows, *self.base.shape).clone()
        return spread.scatter_(self.dim + 1, self.indices().expand_as(self.values), self.values)

    def indices(self) -> Tensor:
        """Indices along `dim`, (rows, 1, …, width, …, 1)."""
        assert self.dim is not None and self.place is not None
        within = torch.arange(self.width, device=self.place.device)
        shape = [1] * self.values.dim()
        shape[0], shape[self.dim + 1] = len(self.values), self.width
        return (self.place.unsqueeze(1) * self.width + within).view(shape)

    def recorded(self) -> Tensor:
        """What `values` are without the move, in their shape."""
        return self.block(self.base)

    def block(self, value: Tensor) -> Tensor:
        """What the rows would hold of another tensor in the shape of `base`."""
        if self.dim is None or self.place is None:
            return value.expand_as(self.values)
        blocks: Tensor = value.unflatten(self.dim, (-1, self.width)).movedim(self.dim, 0)
        return blocks.index_select(0, self.place)

    def runs(self) -> list[tuple[int, slice]]:
        """Neighbouring rows that differ in the same block: (number of the block, the rows)."""
        assert self.place is not None
        places, counts = torch.unique_consecutive(self.place, return_counts=True)
        found, start = [], 0
        for place, count in zip(places.tolist(), counts.tolist(), strict=True):
            found.append((place, slice(start, start + count)))
            start += count
        return found


def along(base: Tensor, values: Tensor, like: Moved) -> Moved:
    """A result that differs in the same block as `like`."""
    return Moved(base, values, like.dim, like.place)
