"""Straight lines and grids over the box of a picture."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from dltui.scene import Pair

Array = NDArray[np.float64]


def clipped(a: float, b: float, c: float, x: Pair, y: Pair) -> tuple[Pair, ...]:
    """The two ends of the line a·x + b·y + c = 0 inside the box; empty where a = b = 0 or the line misses the box."""
    length = math.hypot(a, b)
    if length == 0 or not math.isfinite(c / length):
        return ()
    a, b, c = a / length, b / length, c / length
    near, far = -math.inf, math.inf
    for start, move, (low, high) in ((-a * c, -b, x), (-b * c, a, y)):
        if abs(move) < 1e-12:
            if not low <= start <= high:
                return ()
            continue
        enter, leave = sorted(((low - start) / move, (high - start) / move))
        near, far = max(near, enter), min(far, leave)
    return tuple((-a * c - b * t, -b * c + a * t) for t in (near, far)) if near < far else ()


def grid(x: Pair, y: Pair, size: int) -> Array:
    """The centres of size by size equal cells of the box, row by row from the top left: (size·size, 2)."""
    across = x[0] + (np.arange(size) + 0.5) / size * (x[1] - x[0])
    down = y[1] - (np.arange(size) + 0.5) / size * (y[1] - y[0])
    return np.stack([np.tile(across, size), np.repeat(down, size)], axis=1)


def rows(values: Array, size: int) -> tuple[tuple[float, ...], ...]:
    """Values on such a grid as the rows of a Heat."""
    return tuple(map(tuple, values.reshape(size, size).tolist()))
