"""Append events to a journal so that neither a kill nor a full disk loses what was acknowledged."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from dltui.journal.backlog import Backlog
from dltui.journal.ends import LONGEST_LINE, last_lines
from dltui.journal.events import Event, Failed, Finished, Metrics, Snapshot, Started
from dltui.journal.line import decode_stamp, encode

DURABLE: tuple[type[Event], ...] = (Started, Finished, Failed)
DROPPABLE: tuple[type[Event], ...] = (Metrics, Snapshot)
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_sync: Callable[[int], None] = getattr(os, "fdatasync", os.fsync)  # macOS and Windows have only fsync


class Writer:
    """Append-only, one process and one thread per file, never raises OSError.

    Events that cannot be written wait in memory and go first at the next append; `trouble` then says why. Opening an
    existing journal goes on counting where it ended and starts on a new line if it ended in half of one.
    """

    def __init__(
        self,
        path: Path,
        *,
        durable_kinds: tuple[type[Event], ...] = DURABLE,
        backlog_bytes: int = 8 << 20,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.path = path
        self.trouble = ""
        """One sentence while lines wait in memory, empty when everything is in the file."""
        self.cause = ""
        """The cause of the trouble alone, such as `The disk is full`."""
        self.n = 0
        """Position of the next event."""
        self._durable_kinds = durable_kinds
        self._backlog = Backlog(backlog_bytes)
        self._clock = clock
        self._file = -1
        self._torn = False
        """The file ends in half a line."""
        self._unsynced = False
        """Durable lines are in the file but not yet on the disk itself."""
        self._flush()

    def append(self, *events: Event) -> None:
        """Write the events as one batch; `t` is filled in where it is 0. Durable kinds are on the disk on return."""
        for event in events:
            line = encode(event, self.n, event.t or self._clock())
            measures = type(event) if isinstance(event, DROPPABLE) else None
            durable = isinstance(event, self._durable_kinds) and not event.variant  # the whole says when it is over
            self._backlog.add(line, durable=durable, measures=measures)
            self.n += 1
        self._flush()
        self._backlog.thin()

    def close(self) -> None:
        """Try once more to write what waits, then close; lines that still wait are lost."""
        if self._file >= 0 or self._backlog:
            self._flush()
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _flush(self) -> None:
        try:
            if self._file < 0 or self._is_deleted():
                self._open()
            while self._backlog:
                self._write_some()
            if self._unsynced:
                _sync(self._file)
                self._unsynced = False
        except OSError as error:
            self.cause = _cause(error)
            self.trouble = self._sentence()
        else:
            self.trouble = self.cause = ""

    def _is_deleted(self) -> bool:
        """Somebody removed the file: what is written into it now would vanish on close."""
        if os.fstat(self._file).st_nlink:
            return False
        os.close(self._file)
        self._file = -1
        return True

    def _open(self) -> None:
        if self.path.exists():
            next_n, self._torn = _resume_point(self.path)
            self.n = max(self.n, next_n)
        self._file = os.open(self.path, _FLAGS, 0o600)

    def _write_some(self) -> None:
        """One write; what did not fit in whole lines is taken back."""
        heal = b"\n" if self._torn else b""
        data = heal + self._backlog.data()
        count = os.write(self._file, data)
        # Whole lines stay, even of a short write: a reader may have seen them already.
        kept = count if count == len(data) else data.rfind(b"\n", 0, count) + 1
        self._unsynced |= self._backlog.take(max(0, kept - len(heal)))
        if count > kept:
            self._torn = True
            os.ftruncate(self._file, os.fstat(self._file).st_size - (count - kept))
        self._torn = False
        if kept <= len(heal):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _sentence(self) -> str:
        if not self._backlog:
            return f"{self.cause}: the newest events may not outlive a power cut."
        dropped = f", {self._backlog.dropped} older measurements were dropped" if self._backlog.dropped else ""
        waiting = f"{len(self._backlog)} events wait" if len(self._backlog) > 1 else "1 event waits"
        return f"{self.cause}: {waiting} in memory{dropped}."


def _cause(error: OSError) -> str:
    if error.errno in _FULL:
        return "The disk is full"
    if error.errno in _FORBIDDEN:
        return "The folder of the journal is read-only"
    return f"The journal cannot be written ({os.strerror(error.errno or errno.EIO)})"


def _resume_point(path: Path) -> tuple[int, bool]:
    """The next free position of a journal, and whether it ends in half a line."""
    size, reach = path.stat().st_size, 1 << 14
    while True:
        lines = last_lines(path, reach)
        torn = bool(lines) and not lines[-1].endswith(b"\n")
        stamps = [stamp for stamp in map(decode_stamp, lines) if stamp]
        if stamps or reach >= min(size, LONGEST_LINE):
            return max((stamp.n + 1 for stamp in stamps), default=0), torn
        reach *= 8
