"""What the learner did: a journal per process, folded into one Progress.

Files are only ever added and appended to, so any number of sessions, on one machine or on a shared home folder, can
write at once and no lock is needed. The fold keeps the newest of everything, so reading an event twice changes nothing:
that is what makes compaction safe at every point.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Self, TypeVar
from zlib import crc32

import msgspec

from dltui.journal.events import Event
from dltui.journal.line import decode_as, encode
from dltui.journal.process import host_name, process_start
from dltui.journal.writer import Writer
from dltui.places import ensure

COMPACT_ABOVE = 5_000
"""Lines in all files together."""
_FORGOTTEN = 30 * 86_400.0
"""Seconds after which a file counts as finished though its process cannot be looked for."""
_COMPACTED = "compact."
"""How the names of compacted files begin; a host name, with which all others begin, has no dot here."""
_NAME = re.compile(r"([A-Za-z0-9-]*)-(\d{1,9})-[0-9a-f]{8}\.jsonl")


class Visited(Event, tag="visited", frozen=True, kw_only=True):
    lesson: str
    step_id: str


class Answered(Event, tag="answered", frozen=True, kw_only=True):
    lesson: str
    step_id: str
    question: str
    given: str
    """As the learner typed or chose it."""
    outcome: str
    """How it was judged, in the words of the quiz."""
    score: float
    digest: str = ""
    """Hash of the question, to notice that it has changed since."""
    hints: int = 0
    """How many were shown before."""
    misses: int = 0
    """Wrong answers to this question so far, this one among them."""


class Predicted(Event, tag="predicted", frozen=True, kw_only=True):
    lesson: str
    step_id: str
    guess: float
    run: str = ""
    """The run the guess is held against, if it was there already."""


class Done(Event, tag="done", frozen=True, kw_only=True):
    lesson: str
    step_id: str


AnyProgress = Visited | Answered | Predicted | Done
_DECODER: msgspec.json.Decoder[AnyProgress] = msgspec.json.Decoder(AnyProgress)
Recorded = TypeVar("Recorded", Visited, Answered, Predicted, Done, AnyProgress)
_DURABLE = (Answered, Predicted, Done)


class Progress:
    """The newest of everything the learner did."""

    def __init__(self) -> None:
        self.lines = 0
        self.skipped = 0
        """Lines that were damaged or of a kind not known here."""
        self.newest = 0.0
        """The largest `t`."""
        self._visited: dict[str, Visited] = {}
        self._last: Visited | None = None
        self._answers: dict[tuple[str, str], dict[str, Answered]] = {}
        self._predictions: dict[tuple[str, str], Predicted] = {}
        self._done: dict[str, dict[str, Done]] = {}

    @classmethod
    def read(cls, folder: Path) -> Progress:
        """Everything in the folder, which need not exist. Damaged lines are counted, the rest is used."""
        return cls._of(page for file in _files(folder) if (page := _page(file)))

    @property
    def damage(self) -> str:
        """One sentence if there were lines that cannot be read; else empty."""
        if not self.skipped:
            return ""
        lines = f"{self.skipped} line{'s' if self.skipped > 1 else ''}"
        return f"{lines} of the record of your progress cannot be read; the other {self.lines - self.skipped} can."

    @classmethod
    def _of(cls, pages: Iterable[_Page]) -> Progress:
        progress = cls()
        events: list[AnyProgress] = []
        for page in pages:
            events += page.events
            progress.lines += len(page.events) + page.skipped
            progress.skipped += page.skipped
        for event in sorted(events, key=lambda event: (event.t, event.n)):
            progress.apply(event)
        return progress

    def apply(self, event: AnyProgress) -> None:
        """One more event, newer than all before it."""
        self.newest = max(self.newest, event.t)
        place = event.lesson, event.step_id
        match event:
            case Visited():
                self._visited[event.lesson] = self._last = event
            case Answered():
                self._answers.setdefault(place, {})[event.question] = event
            case Predicted():
                self._predictions[place] = event
            case Done():
                self._done.setdefault(event.lesson, {})[event.step_id] = event

    def position(self, lesson: str) -> str | None:
        """The step that was looked at last."""
        visited = self._visited.get(lesson)
        return visited.step_id if visited else None

    def last(self) -> tuple[str, str] | None:
        """Lesson and step that were looked at last of all."""
        return (self._last.lesson, self._last.step_id) if self._last else None

    def done(self, lesson: str) -> set[str]:
        """The steps that were completed."""
        return set(self._done.get(lesson, ()))

    def answers(self, lesson: str, step_id: str) -> dict[str, Answered]:
        """The last answer to each question."""
        return dict(self._answers.get((lesson, step_id), {}))

    def guess(self, lesson: str, step_id: str) -> float | None:
        """What was predicted last."""
        predicted = self._predictions.get((lesson, step_id))
        return predicted.guess if predicted else None

    def events(self) -> list[AnyProgress]:
        """The fewest events that fold to the same, in order."""
        kept: list[AnyProgress] = [*self._visited.values(), *self._predictions.values()]
        kept += [answer for answers in self._answers.values() for answer in answers.values()]
        kept += [done for steps in self._done.values() for done in steps.values()]
        return sorted(kept, key=lambda event: (event.t, event.n))


class ProgressWriter:
    """Writes into a file of this process alone and keeps `progress` up to date."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self.folder = folder
        compact(folder)
        self.progress = Progress.read(folder)
        self._clock = clock
        self._writer: Writer | None = None

    @property
    def trouble(self) -> str:
        """One sentence while events wait in memory because they cannot be written; else empty."""
        return self._writer.trouble if self._writer else ""

    @property
    def learner(self) -> int:
        """See `learner`."""
        return learner(self.folder.parent)

    def record(self, event: Recorded) -> Recorded:
        """Write the event and return it with its time, which is after that of every event already known, also when the
        clock was set back. All but visits are on the disk on return, unless there is `trouble`.
        """
        if self._writer is None:
            with suppress(OSError):  # the writer will say so
                ensure(self.folder)
            self._writer = Writer(self.folder / _new_name(), durable_kinds=_DURABLE)
        t = max(self._clock(), self.progress.newest + 1e-6)
        stamped = msgspec.structs.replace(event, n=self._writer.n, t=t)
        self._writer.append(stamped)
        self.progress.apply(stamped)
        return stamped

    def close(self) -> None:
        if self._writer:
            self._writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def learner(state: Path) -> int:
    """A number for whoever keeps their progress in this state folder: it fixes the order of options and the numbers
    that vary."""
    return crc32(str(state).encode())


def compact(folder: Path, above: int = COMPACT_ABOVE) -> bool:
    """If there are more lines than `above`, write what still counts into one file and delete the files of processes
    that have ended. Whether it was done; nothing is lost if it is killed or fails on the way, or runs twice at once.

    A file with damaged or unknown lines is never deleted: a newer version may understand them.
    """
    files = _files(folder)
    finished = {file for file in files if _is_finished(file)}  # before reading: nothing can be added to these any more
    pages = [page for file in files if (page := _page(file))]
    progress = Progress._of(pages)
    useless = [page.file for page in pages if page.file in finished and not page.skipped]
    if progress.lines <= above or not useless:
        return False
    try:
        _write_compacted(folder, progress.events())
        for file in (*useless, *_left_behind(folder)):
            file.unlink(missing_ok=True)
    except OSError:  # a full or read-only disk: everything is still there
        return False
    return True


class _Page(NamedTuple):
    """One file, read."""

    file: Path
    events: list[AnyProgress]
    skipped: int


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.glob("*.jsonl") if not file.name.startswith("."))


def _page(file: Path) -> _Page | None:
    """None if the file cannot be read, such as one that another process has just compacted away."""
    try:
        lines = [line for line in file.read_bytes().split(b"\n") if line]
    except OSError:
        return None
    events = [event for line in lines if (event := decode_as(_DECODER, line))]
    return _Page(file, events, len(lines) - len(events))


def _is_finished(file: Path) -> bool:
    """Whether no process can write into the file any more."""
    if file.name.startswith(_COMPACTED):
        return True
    name = _NAME.fullmatch(file.name)
    if name and name[1] == _host() and (start := process_start(int(name[2]))) != "":
        return start is None
    with suppress(OSError):
        return time.time() - file.stat().st_mtime > _FORGOTTEN
    return False


def _write_compacted(folder: Path, events: list[AnyProgress]) -> None:
    name = f"{_COMPACTED}{os.urandom(4).hex()}.jsonl"
    hidden = folder / f".{name}"
    try:
        with hidden.open("wb") as target:
            target.writelines(encode(event, event.n, event.t) for event in events)
            target.flush()
            os.fsync(target.fileno())
        hidden.replace(folder / name)
    finally:
        hidden.unlink(missing_ok=True)
    if os.name == "posix":  # the new name has to be on the disk before the old ones go
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _left_behind(folder: Path) -> list[Path]:
    """Half-written files of compactions that were killed."""
    return [file for file in folder.glob(f".{_COMPACTED}*") if time.time() - file.stat().st_mtime > _FORGOTTEN]


def _new_name() -> str:
    return f"{_host()}-{os.getpid()}-{os.urandom(4).hex()}.jsonl"


def _host() -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", host_name())[:60]
