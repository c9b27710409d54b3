"""How few errors a straight line can make, exactly: by trying every line that differs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Signs = NDArray[np.int64]
PARALLEL = 1e-9
"""Points whose sine of the angle to a line is smaller lie on it."""


def fewest_errors(x: Array, signs: Signs) -> int:
    """Fewest errors of any line through the plane, bias included. x: (n, 2); signs: (n,), each -1 or +1.

    Every way in which a line can split the points is had by a line through two of them, nudged: the nudge decides
    about the points on the line, and it can split them anywhere along it. O(n³).
    """
    distinct = np.unique(x, axis=0)
    if len(distinct) < 2:
        return _unsplit(signs)
    first, second = np.triu_indices(len(distinct), 1)
    ahead = distinct[second] - distinct[first]
    side = _sides(ahead, x[None, :, :] - distinct[first][:, None, :])
    off = _off_line_errors(side, signs)
    # with two single points on the line the nudge can please both; with more of them it can only cut their row once
    crowded = (side == 0).sum(axis=1) > 2
    best = int(off[~crowded].min(initial=len(signs)))
    for pair in np.flatnonzero(crowded & (off.min(axis=1) < best)):
        on = side[pair] == 0
        along = (x[on] - distinct[first[pair]]) @ ahead[pair]
        best = min(best, int((off[pair] + _cut_errors(along, signs[on])).min()))
    return min(best, _unsplit(signs))


def fewest_errors_through_origin(x: Array, signs: Signs) -> int:
    """The same for lines through (0, 0): no bias. A point at (0, 0) itself is always wrong: its score is 0."""
    moved = np.any(x != 0, axis=1)
    x, signs, lost = x[moved], signs[moved], int((~moved).sum())
    if len(x) == 0:
        return lost
    side = _sides(x, np.broadcast_to(x, (len(x), *x.shape)))
    off = _off_line_errors(side, signs)
    best = len(x)
    for row in range(len(x)):
        on = side[row] == 0
        # the line turns about the origin: points before and behind it on the line fall to opposite sides
        ends = np.sign(x[on] @ x[row]) * signs[on]
        turned = min(int((ends < 0).sum()), int((ends > 0).sum()))
        best = min(best, int(off[row].min()) + turned)
    return best + lost


def _sides(direction: Array, offset: Array) -> NDArray[np.int8]:
    """-1, 0 or +1 for each offset (lines, n, 2) left of, on, or right of each direction (lines, 2)."""
    cross = direction[:, None, 0] * offset[..., 1] - direction[:, None, 1] * offset[..., 0]
    scale = np.hypot(*direction.T)[:, None] * np.hypot(offset[..., 0], offset[..., 1])
    return np.where(np.abs(cross) <= PARALLEL * scale, 0, np.sign(cross)).astype(np.int8)


def _off_line_errors(side: NDArray[np.int8], signs: Signs) -> NDArray[np.int64]:
    """Errors among the points off each line, for both ways to name its sides: (lines, 2)."""
    agreement = side * signs
    return np.stack([(agreement < 0).sum(axis=1), (agreement > 0).sum(axis=1)], axis=1)


def _cut_errors(along: Array, signs: Signs) -> int:
    """Fewest errors when a row of points is cut once: one class before the cut, the other behind it."""
    places = np.unique(along)
    counts = [[int(((along == place) & (signs == sign)).sum()) for place in places] for sign in (-1, 1)]
    minus, plus = (np.concatenate([[0], np.cumsum(count)]) for count in counts)
    errors = plus + (minus[-1] - minus)  # everything before the cut is called -, everything behind it +
    return int(min(errors.min(), (len(signs) - errors).min()))


def _unsplit(signs: Signs) -> int:
    """Errors of a line that has all points on one side."""
    return int(min((signs < 0).sum(), (signs > 0).sum()))
