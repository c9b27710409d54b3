"""Time: how much is left, and what an evaluation costs."""

from __future__ import annotations

import time

PATIENCE = 25.0
"""Seconds for a full check when the caller names none; only large or slow functions ever need them."""
LARGE = 150_000
"""Above this many elements a check without a budget looks at a sample for `BRIEF` seconds."""
BRIEF = 8.0


class Clock:
    """Counts down from a budget in seconds."""

    def __init__(self, budget: float | None, elements: int) -> None:
        self.given = budget is not None
        self.seconds = budget if budget is not None else BRIEF if elements > LARGE else PATIENCE
        self._end = time.perf_counter() + self.seconds

    def left(self) -> float:
        return self._end - time.perf_counter()

    def late(self) -> bool:
        return self.left() <= 0
