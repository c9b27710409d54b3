"""Flow control for live frames: the next one is painted when the terminal has worked off the last.

What is written lies in the buffers of the kernel, of sshd and of TCP, and whatever a key does comes behind all of it.
The length of no queue shows that, an answer of the terminal does. So while something moves on the screen, each frame
ends with a question: where is the cursor? The question goes to a place of its own first, which makes the answer say
which question it belongs to. Every terminal since the VT100 answers it, those that never heard of mode reports too.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from math import inf

PATIENCE = 10.0
"""Seconds without an answer after which frames are painted all the same: the answer may be lost, as when a session is
taken to another terminal."""
LOST = 1.0
"""Seconds between frames from then on."""
DEAF = 0.5
"""Seconds between frames for a terminal that has never answered."""
WATCHED = 3.0
"""Seconds after somebody last wanted to paint a live frame in which questions are asked."""
SLOW, FAST = 0.3, 0.1
"""Seconds on the way, beyond what the length of the line takes, from which frames become smaller and below which they
may become larger."""
LEAST_ROOM, MOST_ROOM = 500.0, 20_000.0
"""Characters that a view may paint at once, at least and as long as there is a limit."""
ROW, COLUMNS = 2, 40
"""Where the cursor is sent to: not to the first row, in whose place some terminals report F3."""


class Gate:
    """One for each terminal. Nothing waits here: who may not paint yet tries again later."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._write: Callable[[str], None] | None = None
        self._number = 0
        """Of the last question."""
        self._heard = 0
        """Of the last question when its answer came."""
        self._known = False
        """The terminal has answered at least once."""
        self._first = inf
        """When the first question was asked."""
        self.room = inf
        """About how many characters a view may paint at once, for a key to have its effect soon."""
        self._quickest = inf
        """Seconds that an answer took at least: the length of the line, whatever its width."""
        self._written = self._before = 0
        """Characters altogether, and up to the frames that are on their way."""
        self._since = 0.0
        """When the first of these was written."""
        self._progress = self._painted = self._watched = -inf

    def connect(self, write: Callable[[str], None]) -> None:
        """Ask through this from now on. Without it the gate is open: there is no terminal."""
        self._write = write

    @property
    def waiting(self) -> bool:
        """An answer is on its way, as far as we know."""
        return self._heard < self._number

    @property
    def known(self) -> bool:
        return self._known

    def opens(self) -> bool:
        """Whether a live frame may be painted now."""
        now = self._watched = self._clock()
        if self._write is None:
            return True
        if not self._known:
            return now - self._painted >= DEAF
        return not self.waiting or (now - self._progress >= PATIENCE and now - self._painted >= LOST)

    def wrote(self, count: int) -> None:
        self._written += count

    def painted(self) -> None:
        """A frame of any kind was written: ask when it has arrived, if somebody is interested."""
        now = self._painted = self._clock()
        deaf = not self._known and now - self._first > PATIENCE
        if self._write is None or deaf or (self._number and now - self._watched > WATCHED):
            self._before = self._written
            return
        if not self.waiting:
            self._progress = self._since = now
        self._first = min(self._first, now)
        self._number += 1
        self._write(f"\x1b7\x1b[{ROW};{1 + self._number % COLUMNS}H\x1b[6n\x1b8")

    def hear(self, x: int, y: int) -> None:
        """The terminal says where the cursor was, counted from 0. An answer to an older question is progress."""
        if self.waiting and y == ROW - 1 and x < COLUMNS:
            self._known = True
            self._progress = self._clock()
            if x == self._number % COLUMNS:
                self._heard = self._number
                self._judge(self._progress - self._since, self._written - self._before)
                self._before = self._written

    def _judge(self, seconds: float, count: int) -> None:
        """What the line carries: so many characters were on their way for so long."""
        extra = seconds - (0.0 if self._quickest == inf else self._quickest)
        self._quickest = min(self._quickest, seconds)
        if extra > SLOW:
            self.room = max(LEAST_ROOM, count / seconds * SLOW)
        elif extra < FAST and count >= self.room:
            self.room = inf if 2 * self.room > MOST_ROOM else 2 * self.room

    def forget(self) -> None:
        """Expect no answer any more: what was on its way has gone to somebody else."""
        self._heard = self._number
