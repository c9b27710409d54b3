"""Lines that could not be written yet, in order and bounded in memory."""

from __future__ import annotations

from typing import NamedTuple


class Waiting(NamedTuple):
    line: bytes
    durable: bool
    """To be on the disk itself before the append returns."""
    droppable: bool
    """May be thinned out when there are too many: one measurement of many."""


class Backlog:
    """A queue of lines. Above `limit` bytes the older half of the droppable lines loses every second one."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.dropped = 0
        self._waiting: list[Waiting] = []
        self._size = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, waiting: Waiting) -> None:
        self._waiting.append(waiting)
        self._size += len(waiting.line)

    def data(self) -> bytes:
        return b"".join(waiting.line for waiting in self._waiting)

    def take(self, size: int) -> bool:
        """Forget the lines that make up the first `size` bytes; True if one of them was durable."""
        durable, count = False, 0
        while size > 0:
            line = self._waiting[count]
            size -= len(line.line)
            self._size -= len(line.line)
            durable |= line.durable
            count += 1
        del self._waiting[:count]
        return durable

    def thin(self) -> None:
        """Come back under the limit, if dropping what may be dropped is enough for it."""
        while self._size > self.limit:
            droppable = [index for index, waiting in enumerate(self._waiting) if waiting.droppable]
            if not droppable:
                return
            drop = set(droppable[: len(droppable) // 2 + 1 : 2])
            self._waiting = [waiting for index, waiting in enumerate(self._waiting) if index not in drop]
            self._size = sum(len(waiting.line) for waiting in self._waiting)
            self.dropped += len(drop)
