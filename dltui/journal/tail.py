"""Follow a journal while someone writes it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from dltui.journal.ends import LONGEST_LINE
from dltui.journal.events import AnyEvent
from dltui.journal.line import decode

_MARK = 24
"""Bytes before the offset that must not change: they hold the checksum of the last line that was read."""


class Tail:
    """Reads each complete line once. Holds no open file, so journals can be deleted and replaced at any time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.skipped = 0
        """Lines so far that were damaged or of a kind not known here."""
        self.restarts = 0
        """How often the file was found truncated or replaced and read again from its start."""
        self._inode = 0
        self._seen = -1
        """Size of the file when everything in it had been read."""
        self._offset = 0
        self._mark = b""

    def read(self, limit_bytes: int = 1 << 20) -> list[AnyEvent]:
        """New events, from about `limit_bytes` at most (more if one line is longer); empty when there is nothing new.

        Half a line at the end waits for its other half. A file that is missing or cannot be read has nothing new.
        """
        try:
            status = self.path.stat()
            if status.st_ino == self._inode and status.st_size == self._seen:
                return []
            with self.path.open("rb") as file:
                return self._read(file, limit_bytes)
        except OSError:
            return []

    def _read(self, file: BinaryIO, limit: int) -> list[AnyEvent]:
        status = os.fstat(file.fileno())
        if not self._goes_on(file):
            self.restarts += self._offset > 0
            self._offset, self._mark = 0, b""
        self._inode = status.st_ino
        file.seek(self._offset)
        data = file.read(limit)
        while b"\n" not in data and len(data) < LONGEST_LINE and (more := file.read(limit)):
            data += more
        end = data.rfind(b"\n") + 1 or (len(data) if len(data) >= LONGEST_LINE else 0)
        self._seen = status.st_size if self._offset + len(data) >= status.st_size else -1
        self._offset += end
        self._mark = data[max(0, end - _MARK) : end] or self._mark
        return self._decoded(data[:end])

    def _goes_on(self, file: BinaryIO) -> bool:
        """Whether the file still has at the offset what was read there: a truncated or replaced one has not."""
        file.seek(self._offset - len(self._mark))
        return file.read(len(self._mark)) == self._mark

    def _decoded(self, data: bytes) -> list[AnyEvent]:
        lines = [line for line in data.split(b"\n") if line]
        events = [event for event in map(decode, lines) if event]
        self.skipped += len(lines) - len(events)
        return events
