"""Many submissions: found, read, graded side by side, remembered; one broken file never stops the others."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import msgspec

from dltui import __version__
from dltui.grading.pool import Pool
from dltui.grading.sheet import Sheet, grade
from dltui.grading.work import handed_in, piece_of
from dltui.lesson.challenges import ENDING, Challenge
from dltui.lesson.find import Course
from dltui.lesson.records import Exercise
from dltui.lesson.toml import MOST_BYTES
from dltui.quiz.answers import Unreadable, read
from dltui.text import clean


class Submission(NamedTuple):
    name: str
    """Path below the folder that was named, without the ending."""
    path: Path
    root: Path | None = None
    """The folder that was named, which nothing may lead out of; None for files that were named themselves."""


def submissions(paths: Sequence[Path]) -> list[Submission]:
    """Answer files: those that were named, and all `.toml` in folders and their folders, in the order of their names.
    Hidden files, files of settings and links to folders are left out. A folder that cannot be read counts as a file
    that cannot."""
    found: dict[Path, Submission] = {}
    for path in paths:
        root = path.resolve() if path.is_dir() else None
        for file, name in _files(path):
            found.setdefault(file.absolute(), Submission(clean(name, lines=False), file, root))
    return list(found.values())


def grade_all(
    handed: Sequence[Submission], course: Course, *, wanted: str = "", jobs: int = 1, cache: Path | None = None,
    told: Callable[[int], None] | None = None, pool: Pool | None = None,
) -> list[Sheet]:
    """A sheet for each submission, in their order. `told` hears how many are done; `pool` judges code."""
    lessons = _lessons(course) if cache else ""

    def one(submission: Submission) -> Sheet:
        return _remembered(submission, course, wanted, cache, lessons, pool)

    sheets: list[Sheet] = []
    with ExitStack() as stack:
        ready: Iterable[Sheet] = map(one, handed)
        if jobs > 1:  # threads and their logging take longer to load than one file to grade
            ready = stack.enter_context(import_module("concurrent.futures").ThreadPoolExecutor(jobs)).map(one, handed)
        for sheet in ready:
            sheets.append(sheet)
            if told:
                told(len(sheets))
    if len(sheets) < 2:
        return sheets
    noted = import_module("dltui.grading.twins").noted
    return list(noted(sheets, [submission.path.parent for submission in handed], course))


def _files(path: Path) -> Iterator[tuple[Path, str]]:
    if not path.is_dir():
        yield path, path.stem
        return
    waiting = [path]
    while waiting:  # with no depth at which it ends: learners hand in folders too
        folder = waiting.pop()
        try:
            found = sorted(one for one in folder.iterdir() if not one.name.startswith("."))
        except OSError:
            yield folder, str(folder.relative_to(path))
            continue
        for file in found:
            if file.name.endswith(".toml") and not file.name.endswith(ENDING) and not _is_folder(file):
                yield file, str(file.relative_to(path).with_suffix(""))
        waiting += [file for file in reversed(found) if _is_folder(file)]


def _is_folder(path: Path) -> bool:
    """A link to a folder is none: it may lead out of what is graded, or round in circles."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:  # a path too long for the system
        return False


def _remembered(
    submission: Submission, course: Course, wanted: str, cache: Path | None, lessons: str, pool: Pool | None
) -> Sheet:
    source = _source(submission)
    if isinstance(source, str):
        return Sheet(submission.name, trouble=[source])
    folder = submission.path.parent
    if cache is None:
        return grade(submission.name, source, course, wanted, folder, pool)
    kept = cache / f"{_digest(submission, source, course, wanted, lessons, pool)}.json"
    try:
        return msgspec.json.decode(kept.read_bytes(), type=Sheet)
    except (OSError, msgspec.DecodeError):
        pass
    sheet = grade(submission.name, source, course, wanted, folder, pool)
    beside = kept.with_suffix(f".{os.getpid()}")
    try:
        beside.write_bytes(msgspec.json.encode(sheet))
        beside.replace(kept)
    except OSError:  # a cache that cannot be written is no reason not to grade
        beside.unlink(missing_ok=True)
    return sheet


def _source(submission: Submission) -> bytes | str:
    """The bytes of an answer file, or why there are none."""
    path = submission.path
    try:
        if submission.root and not path.resolve().is_relative_to(submission.root):
            return "this is a link that leads out of its folder"
        if path.is_dir():
            next(path.iterdir(), None)  # for its error alone
        if not path.is_file():
            return "this is no regular file"
        with path.open("rb") as file:
            source = file.read(MOST_BYTES + 1)
    except (OSError, RuntimeError) as error:  # the latter for links in circles
        return f"this cannot be read: {getattr(error, 'strerror', None) or 'it is a link in circles'}"
    too_large = f"an answer file has at most {MOST_BYTES // 1024} KiB, this has more"
    return source if len(source) <= MOST_BYTES else too_large


def _digest(
    submission: Submission, source: bytes, course: Course, wanted: str, lessons: str, pool: Pool | None
) -> str:
    """Of all that the sheet depends on."""
    parts = (__version__, submission.name, wanted, lessons, pool.secret if pool else "")
    code = _work(source, course, submission.path.parent)
    return _sum(b"\0".join([*(part.encode(errors="replace") for part in parts), source, code]))


def _lessons(course: Course) -> str:
    """A digest of the lessons and of their exercises."""
    found = [f"{entry.id}={entry.digest};" for entry in course.entries]
    for entry in course.entries:
        for step in entry.lesson.step if entry.lesson else ():
            if isinstance(step, Exercise):
                piece = piece_of(entry.path.parent, step.exercise)
                found.append(piece if isinstance(piece, str) else piece.digest)
    return _sum("".join(found).encode(errors="replace"))


def _sum(data: bytes) -> str:
    digest: str = import_module("hashlib").sha256(data).hexdigest()  # loads OpenSSL, for the cache alone
    return digest


def _work(source: bytes, course: Course, folder: Path) -> bytes:
    """The code and the settings that belong to an answer file, or what keeps them from being read."""
    try:
        handed = read(source)
    except Unreadable:
        return b""
    lesson = next((entry.lesson for entry in course.entries if entry.id == handed.lesson), None)
    if lesson is None:
        return b""
    found = [handed_in(lesson, step, handed, folder) for step in lesson.step if isinstance(step, Exercise | Challenge)]
    return b"\0".join(one if isinstance(one, bytes) else str(one).encode(errors="replace") for one in found)
