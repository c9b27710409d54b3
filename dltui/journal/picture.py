"""Small pictures in journals: a number in one byte, so that a run can keep hundreds of them."""

from __future__ import annotations

from math import nan
from typing import Literal

from msgspec import Struct

TOP = 254
"""The level of `high`; that of `low` is 0."""
NOT_FINITE = 255


class Picture(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Numbers in rows and columns, the first row at the top."""

    rows: int
    columns: int
    levels: bytes
    """Row-major: from 0 for `low` or less to TOP for `high` or more; NOT_FINITE for what is no finite number."""
    low: float
    high: float
    ramp: Literal["classes", "signed", "grey"] = "grey"
    """In which colours: classes for a probability of class 1, signed for low = -high, grey from dark to light."""
    name: str = ""
    """Its caption, such as `4→9 .87`; pictures without one stand closer."""
    tiles: int = 1
    """How many pictures there are along each side, if it is put together of pictures of one size."""
    group: str = ""
    """What it belongs to, such as a layer. Pictures of a group follow one another."""

    def lines(self) -> list[list[float]]:
        """The numbers again, to half a level; nan for what is none. Damaged levels are cut off or filled with nan."""
        unit = (self.high - self.low) / TOP
        table = [self.low + unit * level for level in range(TOP + 1)] + [nan]
        rows, columns = max(0, self.rows), max(0, self.columns)
        levels = self.levels[: rows * columns].ljust(rows * columns, bytes([NOT_FINITE])) if rows * columns < LARGEST \
            else b""
        return [[table[level] for level in levels[start : start + columns]]
                for start in range(0, len(levels), columns or 1)]


LARGEST = 1 << 18
"""Numbers in a picture; a journal that claims more is damaged."""
