"""A writer, a disk that fills up, crashes, damage and a reader, in any order: what was acknowledged is read, once."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from pathlib import Path
from unittest.mock import patch

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from dltui.journal.events import Metrics, Paused
from dltui.journal.line import encode
from dltui.journal.tail import Tail
from dltui.journal.writer import Writer


class Journal(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.path = self.folder / "journal.jsonl"
        self.writer: Writer | None = Writer(self.path)
        self.tail = Tail(self.path)
        self.room = 1 << 30
        self.count = 0
        self.waiting: set[int] = set()
        """Appended, not acknowledged: they may come or not."""
        self.acknowledged: set[int] = set()
        self.damage = 0
        self.seen: list[int] = []
        self.positions: list[int] = []

    def _write(self, file: int, data: bytes) -> int:
        if self.room <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        count = _os_write(file, data[: self.room])
        self.room -= count
        self.read(1 << 30)
        return count

    @precondition(lambda self: self.writer is not None)
    @rule(sizes=st.lists(st.integers(0, 40), max_size=4))
    def append(self, sizes: list[int]) -> None:
        assert self.writer
        events = []
        for size in sizes:
            events.append(Metrics(series={"x" * size: ([self.count], [None])}, seconds=float(self.count)))
            self.waiting.add(self.count)
            self.count += 1
        with patch.object(os, "write", self._write):
            self.writer.append(*events)
        if not self.writer.trouble:
            self.acknowledged |= self.waiting
            self.waiting = set()

    @rule(room=st.one_of(st.integers(0, 500), st.just(1 << 30)))
    def fill_or_clear_the_disk(self, room: int) -> None:
        self.room = room

    @precondition(lambda self: self.writer is not None)
    @rule(torn=st.integers(0, 40))
    def crash(self, torn: int) -> None:
        """The process is gone, what waited in its memory too; of its last write only the beginning got through."""
        assert self.writer
        if self.writer._file >= 0:
            os.close(self.writer._file)
        self.writer = None
        self.waiting = set()
        line = encode(Paused(step=1), 0, 1.0)[:torn]
        whole = not self.path.exists() or self.path.read_bytes()[-1:] in (b"", b"\n")
        if line and whole:
            with self.path.open("ab") as file:
                file.write(line)
            self.damage += 1

    @precondition(lambda self: self.writer is None)
    @rule()
    def start_again(self) -> None:
        self.writer = Writer(self.path)

    @rule(limit=st.integers(1, 1000))
    def read(self, limit: int) -> None:
        for event in self.tail.read(limit):
            assert isinstance(event, Metrics)
            self.seen.append(int(event.seconds))
            self.positions.append(event.n)

    @invariant()
    def never_twice_and_in_order(self) -> None:
        assert self.seen == sorted(set(self.seen))
        assert self.positions == sorted(set(self.positions))
        assert self.tail.restarts == 0
        assert self.tail.skipped <= self.damage

    def teardown(self) -> None:
        try:
            self._everything_comes()
        finally:
            shutil.rmtree(self.folder)

    def _everything_comes(self) -> None:
        self.room = 1 << 30
        self.writer = self.writer or Writer(self.path)
        self.append([0])
        assert not self.writer.trouble
        self.read(1 << 30)
        self.never_twice_and_in_order()
        assert self.acknowledged <= set(self.seen)
        assert self.tail.skipped == self.damage
        self.writer.close()


_os_write = os.write
Journal.TestCase.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
TestJournal = Journal.TestCase
