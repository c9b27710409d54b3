"""Lessons that were sound when they were last read, kept so that the next start need not parse them again.

TOML is parsed by Python code: twenty lessons take longer than everything else that happens before the first line is
printed. An index that cannot be read, or that another version wrote, is as good as none.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from dltui import __version__
from dltui.lesson.records import Lesson
from dltui.places import ensure

MOST_LESSONS = 500
MOST_BYTES = 64 * 2**20


class Kept(Struct, frozen=True, array_like=True):
    size: int
    mtime_ns: int
    digest: str
    lesson: Lesson


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
        self._kept[str(path)] = Kept(seen.st_size, seen.st_mtime_ns, digest, lesson)

    def save(self) -> None:
        """Replace the file in one step if there is anything new. A disk that cannot take it costs time, no more."""
        if self._kept == self._old:
            return
        newest = dict(list(self._kept.items())[-MOST_LESSONS:])
        draft = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        with suppress(OSError, msgspec.MsgspecError):
            ensure(self._path.parent)
            try:
                draft.write_bytes(msgspec.msgpack.encode(_File(self._stamp, newest)))
                draft.replace(self._path)
            finally:
                draft.unlink(missing_ok=True)


def _stamp() -> str:
    """Changes with the program: other rules may find other problems."""
    with suppress(OSError):
        code = [file for file in os.scandir(Path(__file__).parent) if file.name.endswith(".py")]
        return f"{__version__} {max(file.stat().st_mtime_ns for file in code)}"
    return __version__


def _read(path: Path, stamp: str) -> dict[str, Kept]:
    with suppress(OSError, ValueError, RecursionError, msgspec.MsgspecError):
        if path.stat().st_size <= MOST_BYTES:
            file = msgspec.msgpack.decode(path.read_bytes(), type=_File)
            return dict(file.kept) if file.stamp == stamp else {}
    return {}
