"""Small shapes on a larger picture: what was learned in one corner, is it known in another?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ROWS = 800
SIDE, SHAPE, NEAR = 16, 5, 6
"""Of a picture, of a shape on it, and the number of places on each side of the corner at the top left."""


def shapes(seed: int, near: bool) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """800 pictures (1, 16, 16) with noise of 0.1 and one shape of 5×5 pixels on each, in turn a square, a plus, a cross
    and a diamond: within the corner at the top left if `near`, elsewhere if not."""
    generator = np.random.default_rng(seed)
    y = np.arange(ROWS) % 4
    x = np.float32(0.1) * generator.standard_normal((ROWS, SIDE, SIDE), np.float32)
    spots = SIDE - SHAPE + 1
    places = np.argwhere((np.indices((spots, spots)).max(0) < NEAR) == near)
    chosen = places[generator.integers(len(places), size=ROWS)]
    outlines = _outlines()
    for picture, kind, (top, left) in zip(x, y, chosen, strict=True):
        picture[top : top + SHAPE, left : left + SHAPE] += outlines[kind]
    return x[:, None], y


def _outlines() -> NDArray[np.bool_]:
    """(4, 5, 5)"""
    across = abs(np.arange(SHAPE) - SHAPE // 2)
    down = across[:, None]
    reach = SHAPE // 2
    forms = (np.maximum(down, across) == reach, np.minimum(down, across) == 0, down == across, down + across == reach)
    return np.stack(forms)
