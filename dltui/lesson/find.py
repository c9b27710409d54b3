"""Where lessons are, which of them make up the course, and what `mlp-xor/train` means."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from dltui.lesson.index import Head, Held, Index, head
from dltui.lesson.problem import Problem, listed, problem
from dltui.lesson.records import FILE_NAME, Lesson
from dltui.places import cache_dir, data_dir, lessons_dir
from dltui.text import clean, one_line

LOADER = "dltui.lesson.load"
LEADS_OUT = "this is a link that leads out of its folder"


class Entry(Struct, frozen=True):
    """One file of the course. A broken one has problems and no lesson; its title is the name of the file."""

    path: Path
    number: str
    """Of the file's name, without leading zeros; empty if it has none."""
    id: str
    title: str
    part: str = ""
    minutes: int = 0
    needs: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    intro: str = ""
    steps: int = 0
    held: Held | None = None
    """Where the lesson is, until it is asked for."""
    problems: tuple[Problem, ...] = ()
    digest: str = ""
    """Of the file as it was read."""

    @property
    def lesson(self) -> Lesson | None:
        return self.held.lesson if self.held else None


class Course(Struct, frozen=True):
    entries: tuple[Entry, ...]
    """In teaching order, which is the order of the numbers; ids are unique."""


class NotFound(LookupError):
    """There is no such lesson or step; the message names what is near."""


def folders(extra: Sequence[Path] = ()) -> list[Path]:
    """Where lessons are looked for: folders that were asked for, the user's own, those that come with the program.
    The first that has a lesson of some id wins."""
    own = data_dir() / "lessons"
    return [*extra, *([own] if own.is_dir() else []), lessons_dir()]


def course(folders: Sequence[Path], index: Path | None = None) -> Course:
    """All lessons in these folders. Raises nothing: what is wrong with a file or folder is in its entry.

    `index`: the file that remembers sound lessons from one start to the next; by default in the user's cache.
    """
    remembered = Index(index or cache_dir() / "lessons.msgpack")
    found = [entry for folder in _once(folders) for entry in _entries(folder, remembered)]
    remembered.save()
    return Course(tuple(sorted(_without_twins(found), key=lambda entry: (not entry.number, int(entry.number or 0)))))


def find(course: Course, place: str) -> tuple[Entry, int]:
    """The entry and the number of the step, from 0, that `LESSON` or `LESSON/STEP` names: a lesson by id, number or
    path of its file, a step by id or number from 1. Raises NotFound."""
    if ".toml" in place:
        name, _, step = place.strip().partition(".toml")
        entry = _file(course, Path(f"{name}.toml"))
    else:
        name, _, step = place.strip().partition("/")
        entry = _named(course, name)
    return entry, _step(entry, step.strip("/"))


def reread(path: Path) -> Entry:
    """The lesson of a file as it is now. Raises nothing: what is wrong with it is in the entry."""
    return _loaded(path)


def is_lesson_file(path: Path) -> bool:
    """Whether a file in a folder of lessons is meant as one. Hidden files are none: editors leave them behind."""
    return path.suffix == ".toml" and not path.name.startswith(".")


def leads_out(path: Path, folder: Path) -> bool:
    """Whether a file in a folder of lessons is a link to something that lies elsewhere."""
    try:
        return path.is_symlink() and not path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a link in circles leads nowhere
        return False


def _entries(folder: Path, index: Index) -> Iterator[Entry]:
    try:
        files = sorted(path for path in folder.iterdir() if is_lesson_file(path))
        root = folder.resolve()
    except OSError as error:
        yield _broken(folder, problem(str(folder), (0, 0), f"this folder cannot be read: {error.strerror}"))
        return
    for path in files:
        yield _entry(path, root, index)


def _entry(path: Path, root: Path, index: Index) -> Entry:
    if FILE_NAME.fullmatch(path.name) is None:
        message = "a lesson file is called NN-id.toml: a number for its place, lower-case letters, digits and hyphens"
        return _broken(path, problem(str(path), (0, 0), message))
    if leads_out(path, root):
        return _broken(path, problem(str(path), (0, 0), LEADS_OUT))
    try:
        seen = path.stat()
    except OSError:  # a link in circles; `load` finds the words
        return _loaded(path)
    if kept := index.find(path, seen):
        return _sound(path, kept.head, Held(kept.packed), kept.digest)
    entry = _loaded(path)
    if entry.lesson is not None:
        index.keep(path, seen, entry.lesson, entry.digest)
    return entry


def _loaded(path: Path) -> Entry:
    # The loader and its rules are a third of a start; lessons that the index remembers do not need them.
    loaded = import_module(LOADER).load(path)
    if loaded.lesson is None:
        return _broken(path, *loaded.problems, digest=loaded.digest)
    return _sound(path, head(loaded.lesson), Held(loaded.lesson), loaded.digest)


def _sound(path: Path, known: Head, held: Held, digest: str) -> Entry:
    return Entry(
        path=path,
        number=_number(path),
        id=known.id,
        title=known.title,
        part=known.part,
        minutes=known.minutes,
        needs=known.needs,
        goals=known.goals,
        intro=known.intro,
        steps=known.steps,
        held=held,
        digest=digest,
    )


def _broken(path: Path, *problems: Problem, digest: str = "") -> Entry:
    named = FILE_NAME.fullmatch(path.name)
    name = clean(path.name, lines=False)
    return Entry(
        path=path, number=_number(path), id=named[2] if named else name, title=name, problems=problems, digest=digest
    )


def _number(path: Path) -> str:
    named = FILE_NAME.fullmatch(path.name)
    return str(int(named[1])) if named else ""


def _once(folders: Sequence[Path]) -> list[Path]:
    """Each folder once, whatever it is called."""
    first: dict[str, Path] = {}
    for folder in folders:
        first.setdefault(os.path.realpath(folder), folder)
    return list(first.values())


def _without_twins(found: list[Entry]) -> Iterator[Entry]:
    """Each id once. A lesson of an earlier folder stands for those of later ones, as it is meant to; within one folder
    the others become entries with a problem."""
    first: dict[str, Entry] = {}
    for entry in found:
        other = first.setdefault(entry.id, entry)
        if other is entry:
            yield entry
        elif other.path.parent == entry.path.parent:
            message = f"not used: the lesson {entry.id} is {other.path}, which comes first"
            twin = problem(str(entry.path), (0, 0), message)
            unused = _broken(entry.path, twin, *entry.problems, digest=entry.digest)
            yield replace(unused, id=unused.title)


def _file(course: Course, path: Path) -> Entry:
    try:
        here = path.resolve(strict=True)
        twin = next((entry for entry in course.entries if entry.path.resolve() == here), None)
    except (OSError, RuntimeError, ValueError):  # links in circles, names that are none
        raise NotFound(f"there is no file {one_line(str(path), 200)}") from None
    return twin or _loaded(path)


def _named(course: Course, name: str) -> Entry:
    number = str(int(name)) if re.fullmatch(r"[0-9]{1,4}", name) else None
    for entry in course.entries:
        if name == entry.id or (number is not None and entry.number == number):
            return entry
    ids = [entry.id for entry in course.entries]
    raise NotFound(f'there is no lesson "{one_line(name, 60)}"{_instead(name, ids, "`dltui list` shows all")}')


def _step(entry: Entry, name: str) -> int:
    if not name or entry.lesson is None:
        return 0
    ids = [step.id for step in entry.lesson.step]
    if name in ids:
        return ids.index(name)
    if re.fullmatch(r"[0-9]{1,3}", name) and 1 <= int(name) <= len(ids):
        return int(name) - 1
    steps = f"its steps are {listed(ids, 'and')}"
    raise NotFound(f'the lesson {entry.id} has no step "{one_line(name, 60)}"{_instead(name, ids, steps)}')


def _instead(name: str, known: Sequence[str], otherwise: str) -> str:
    close: list[str] = import_module("difflib").get_close_matches(name[:64].lower(), known, 3, 0.5)
    return f" — did you mean {listed(close)}?" if close else f"; {otherwise}"
