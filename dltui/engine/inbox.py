"""Lines of work as they come in, and the run they are about. Imports no torch: it listens while torch is imported."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from dltui.engine.control import Control
from dltui.engine.log import log
from dltui.engine.orders import tell
from dltui.journal.work import AnyJob, AnyWork, Resume, Train
from dltui.text import one_line

LONGEST_LINE = 1 << 20
"""Bytes; a longer line is dropped, whatever it says."""


@dataclass(frozen=True, eq=False)
class Job:
    """A run that is asked for, and what may be told to it while it waits or trains."""

    work: AnyJob
    control: Control


class Inbox:
    """Reads a stream in a thread of its own. One run at a time: a new one stops those before it."""

    def __init__(self, stream: int, on_close: Callable[[], None] = lambda: None) -> None:
        self._stream = stream
        """A file descriptor: a buffered reader would be locked by its thread when the process wants to end."""
        self._on_close = on_close
        self._changed = threading.Condition(threading.RLock())  # `close` may be called from a signal handler
        self._waiting: deque[Job] = deque()
        self._hand: Job | None = None
        self._closed = False

    def listen(self) -> None:
        threading.Thread(target=self._listen, name="inbox", daemon=True).start()

    def next(self) -> Job | None:
        """Wait for the next run; None when there will be none any more."""
        with self._changed:
            self._hand = None
            self._changed.wait_for(lambda: self._waiting or self._closed)
            self._hand = self._waiting.popleft() if self._waiting else None
            return self._hand

    def wanted(self, seconds: float) -> bool:
        """Whether within that time there is another run to do, or the end."""
        with self._changed:
            return bool(self._changed.wait_for(lambda: self._waiting or self._closed, seconds))

    def close(self) -> None:
        """Take no more work and stop every run, so that each leaves a checkpoint."""
        with self._changed:
            self._closed = True
            runs = self._runs()
            self._changed.notify_all()
        _stop(runs)
        self._on_close()

    def hang_up(self) -> None:
        """Nobody is at the other end any more: take no more work, answer no questions, leave the runs alone."""
        with self._changed:
            self._closed = True
            self._waiting = deque(job for job in self._waiting if isinstance(job.work, Train | Resume))
            for job in self._runs():
                job.control.left = True
            self._changed.notify_all()
        self._on_close()

    @property
    def idle(self) -> bool:
        """No run is waiting or in hand."""
        return not self._runs()

    def put(self, work: AnyWork) -> None:
        """Queue a run, or tell the run it names; a command for a run that is over is late and does nothing."""
        with self._changed:
            if self._closed:
                return
            runs = self._runs()
            if isinstance(work, AnyJob):
                self._waiting.append(Job(work, Control(hold=isinstance(work, Train) and work.hold)))
                self._changed.notify_all()
        # Never under the lock: a signal handler takes it on a thread that may be holding the lock of a control.
        if isinstance(work, Train | Resume):
            _stop(runs)
        elif not isinstance(work, AnyJob):
            for job in runs:
                if job.work.run == work.run:
                    tell(job.control, work)

    def _runs(self) -> list[Job]:
        return [*([] if self._hand is None else [self._hand]), *self._waiting]

    def _listen(self) -> None:
        rest = b""
        while data := self._more():
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                self._read(line)
            if len(rest) > LONGEST_LINE:
                rest = rest[: LONGEST_LINE + 1]  # its end is dropped as it comes; `_read` refuses it
        self.hang_up()

    def _more(self) -> bytes:
        """What comes next; nothing at the end, and when the other side is gone."""
        try:
            return os.read(self._stream, 1 << 16)
        except OSError:
            return b""

    def _read(self, line: bytes) -> None:
        if not line.strip():
            return
        try:
            if len(line) > LONGEST_LINE:
                raise ValueError(f"longer than {LONGEST_LINE} bytes")
            work = msgspec.json.decode(line, type=AnyWork)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            heard, why = one_line(line[:200].decode(errors="replace"), 80), one_line(str(error), 200)
            log(f"not a line of work: {heard}: {why}")
            return
        self.put(work)


def _stop(jobs: list[Job]) -> None:
    for job in jobs:
        job.control.stop()
