"""Time: how much is left, and what an evaluation costs."""

from __future__ import annotations

import time

PATIENCE = 25.0
"""Seconds for a full check when the caller names none; only large or slow functions ever need them."""
LARGE = 150_000
"""Above this many elements a check without a budget looks at a sample for `BRIEF` seconds."""
BRIEF = 8.0
CROWDED = 2.0
"""On a busy machine a check may take this many times as long by the clock on the wall."""


class Clock:
    """Counts down from a budget in seconds.

    What a caller names is time on the wall. Otherwise the time of this thread counts, so that a busy machine makes a
    check slower, and not less thorough.
    """

    def __init__(self, budget: float | None, elements: int) -> None:
        self.given = budget is not None
        self.seconds = budget if budget is not None else BRIEF if elements > LARGE else PATIENCE
        self._end = self.now() + self.seconds
        self._last = time.perf_counter() + self.seconds * (1.0 if self.given else CROWDED)

    def now(self) -> float:
        """Seconds, for differences of two moments."""
        return time.perf_counter() if self.given else time.thread_time()

    def left(self) -> float:
        return min(self._end - self.now(), self._last - time.perf_counter())

    def late(self) -> bool:
        return self.left() <= 0
