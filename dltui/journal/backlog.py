"""Lines that could not be written yet, in order and bounded in memory."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple


class Waiting(NamedTuple):
    line: bytes
    durable: bool
    """To be on the disk itself before the append returns."""
    order: int | None
    """Counts the lines of its kind; None if the line may never be dropped."""


class Backlog:
    """A queue of lines that stays under `limit` bytes by dropping measurements: of each kind it keeps every second one,
    then every fourth, and so on: evenly over the time that the trouble lasts."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.dropped = 0
        self._waiting: list[Waiting] = []
        self._size = 0
        self._stride = 1
        self._counts: Counter[type] = Counter()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, line: bytes, *, durable: bool, measures: type | None) -> None:
        """Append a line; `measures` is its kind if it is one measurement of many and may be dropped."""
        order = None
        if measures:
            order = self._counts[measures]
            self._counts[measures] += 1
        self._waiting.append(Waiting(line, durable, order))
        self._size += len(line)

    def data(self) -> bytes:
        return b"".join(waiting.line for waiting in self._waiting)

    def take(self, size: int) -> bool:
        """Forget the lines that make up the first `size` bytes; True if one of them was durable."""
        durable, count = False, 0
        while size > 0:
            waiting = self._waiting[count]
            size -= len(waiting.line)
            self._size -= len(waiting.line)
            durable |= waiting.durable
            count += 1
        del self._waiting[:count]
        if not self._waiting:
            self._stride = 1
        return durable

    def thin(self) -> None:
        """Come back under the limit, if dropping what may be dropped is enough for it."""
        while self._size > self.limit and any(waiting.order for waiting in self._waiting):
            kept = [waiting for waiting in self._waiting if waiting.order is None or waiting.order % self._stride == 0]
            self.dropped += len(self._waiting) - len(kept)
            self._waiting = kept
            self._size = sum(len(waiting.line) for waiting in kept)
            if self._size > self.limit:
                self._stride *= 2
