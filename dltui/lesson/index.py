"""Lessons that were sound when they were last read, kept so that the next start need not parse them again.

TOML is parsed by Python code: twenty lessons take longer than everything else that happens before the first line is
printed. Of a lesson that is only listed its head is enough, so the rest stays packed until it is asked for. An index
that cannot be read, or that another version wrote, is as good as none.
"""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from zlib import crc32

import msgspec
from msgspec import Struct

from dltui import __version__
from dltui.lesson.records import Lesson
from dltui.places import ensure

MOST_LESSONS = 500
MOST_BYTES = 64 * 2**20
SUM = 4
"""Bytes of a checksum in front."""


class Head(Struct, frozen=True, array_like=True):
    """What a list of lessons shows."""

    id: str
    title: str
    part: str
    minutes: int
    needs: tuple[str, ...]
    goals: tuple[str, ...]
    intro: str
    steps: int


class Held:
    """A lesson, unpacked when it is first asked for."""

    def __init__(self, lesson: Lesson | msgspec.Raw) -> None:
        self._packed = lesson

    @cached_property
    def lesson(self) -> Lesson:
        if isinstance(self._packed, Lesson):
            return self._packed
        return msgspec.msgpack.decode(self._packed, type=Lesson)  # sound: the sum of the whole file was right

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Held) and self.lesson == other.lesson


class Kept(Struct, frozen=True, array_like=True):
    size: int
    mtime_ns: int
    digest: str
    head: Head
    packed: msgspec.Raw


class _File(Struct, frozen=True):
    stamp: str
    kept: dict[str, Kept]


class Index:
    """The lessons by path. A file that was changed since, by its size and time, is not found."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = _stamp()
        self._kept = _read(path, self._stamp)
        self._old = dict(self._kept)

    def find(self, path: Path, seen: os.stat_result) -> Kept | None:
        kept = self._kept.get(str(path))
        return kept if kept and (kept.size, kept.mtime_ns) == (seen.st_size, seen.st_mtime_ns) else None

    def keep(self, path: Path, seen: os.stat_result, lesson: Lesson, digest: str) -> None:
        self._kept.pop(str(path), None)  # to the end: the oldest are given up first
        packed = msgspec.Raw(msgspec.msgpack.encode(lesson))
        self._kept[str(path)] = Kept(seen.st_size, seen.st_mtime_ns, digest, head(lesson), packed)

    def save(self) -> None:
        """Replace the file in one step if there is anything new. A disk that cannot take it costs time, no more."""
        if self._kept == self._old:
            return
        newest = dict(list(self._kept.items())[-MOST_LESSONS:])
        draft = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        with suppress(OSError, msgspec.MsgspecError):
            ensure(self._path.parent)
            try:
                written = msgspec.msgpack.encode(_File(self._stamp, newest))
                draft.write_bytes(crc32(written).to_bytes(SUM) + written)
                draft.replace(self._path)
            finally:
                draft.unlink(missing_ok=True)


def head(lesson: Lesson) -> Head:
    return Head(
        lesson.id, lesson.title, lesson.part, lesson.minutes, tuple(lesson.needs), tuple(lesson.goals), lesson.intro,
        len(lesson.step),
    )


def _stamp() -> str:
    """Changes with the program: other rules may find other problems."""
    with suppress(OSError):
        code = [file for file in os.scandir(Path(__file__).parent) if file.name.endswith(".py")]
        return f"{__version__} {max(file.stat().st_mtime_ns for file in code)}"
    return __version__


def _read(path: Path, stamp: str) -> dict[str, Kept]:
    with suppress(OSError, ValueError, RecursionError, msgspec.MsgspecError):
        if path.stat().st_size <= MOST_BYTES:
            data = memoryview(path.read_bytes())
            if int.from_bytes(data[:SUM]) != crc32(data[SUM:]):
                return {}
            file = msgspec.msgpack.decode(data[SUM:], type=_File)
            return dict(file.kept) if file.stamp == stamp else {}
    return {}
