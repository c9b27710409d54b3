"""Code and settings that belong to an answer file: found beside it, read with suspicion, made rows of its sheet."""

from __future__ import annotations

import stat
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from dltui.grading.pool import Pool
from dltui.grading.row import Row
from dltui.lesson.challenges import Challenge, file_name
from dltui.lesson.records import AnyStep, Exercise, Lesson
from dltui.lesson.toml import MOST_BYTES
from dltui.quiz.answers import AnswerFile
from dltui.quiz.score import after_hints
from dltui.quiz.verdict import Verdict
from dltui.text import one_line

if TYPE_CHECKING:
    from dltui.lesson.tasks import Workpiece


def piece_of(lessons: Path, name: str) -> Workpiece | str:
    """The exercise, or what is wrong with it. Answer files without code do not pay for reading any."""
    tasks = import_module("dltui.lesson.tasks")
    try:
        return cast("Workpiece", tasks.workpiece(lessons, name))
    except ValueError as error:  # tasks.NoTask
        return str(error)


def named(lesson: Lesson, step: AnyStep, handed: AnswerFile) -> tuple[str, str]:
    """The file for a step that the answer file names, empty if it names none; and how it is called otherwise."""
    if isinstance(step, Exercise):
        return handed.exercises.get(step.id, ""), f"{step.exercise}.py"
    return handed.challenges.get(step.id, ""), file_name(lesson.id, step.id)


def handed_in(lesson: Lesson, step: AnyStep, handed: AnswerFile, folder: Path) -> bytes | str | None:
    """The file for an exercise or a challenge: the one that the answer file names, else the usual one beside it. A
    sentence where it cannot be read, None where there is none. No path leads out of the folder of the answer file."""
    name, usual = named(lesson, step, handed)
    try:
        path = folder / (name or usual)
        if not name and not path.exists():
            return None
        if not path.resolve().is_relative_to(folder.resolve()):
            return f"{one_line(name, 100)} leads out of the folder of the answer file"
        if not stat.S_ISREG(path.stat().st_mode):
            return f"{one_line(path.name, 100)} is no regular file"
        with path.open("rb") as file:
            return file.read(MOST_BYTES)  # more than any work takes
    except (OSError, ValueError, RuntimeError) as error:  # names that are none, links in circles
        return f"{one_line(name or usual, 100)} cannot be read: {getattr(error, 'strerror', None) or 'no path'}"


def rows(lesson: Lesson, handed: AnswerFile, folder: Path | None, lessons: Path, pool: Pool | None) -> list[Row]:
    """One for each exercise and challenge of the lesson. `folder`: of the answer file; `lessons`: of the lesson."""
    return [_row(lesson, step, handed, folder, lessons, pool)
            for step in lesson.step if isinstance(step, Exercise | Challenge)]  # fmt: skip


def _row(
    lesson: Lesson, step: Exercise | Challenge, handed: AnswerFile, folder: Path | None, lessons: Path,
    pool: Pool | None,
) -> Row:  # fmt: skip
    points = float(step.points)
    source = handed_in(lesson, step, handed, folder) if folder is not None and pool is not None else None
    if source is None or pool is None:
        return Row(step.id, "unanswered", points, 0.0)
    name, usual = named(lesson, step, handed)
    file = one_line(name or usual, 100)
    if isinstance(source, str):
        return Row(step.id, "ungradable", points, 0.0, source, file)
    verdict = _code(step, source, lessons, pool) if isinstance(step, Exercise) else pool.train(lesson.id, step, source)
    if isinstance(verdict, str):
        return Row(step.id, "ungradable", points, 0.0, verdict, file)
    if verdict is None:
        return Row(step.id, "unanswered", points, 0.0)
    got = points * after_hints(verdict.score, step.hint_cost, handed.hints.get(step.id, 0))
    return Row(step.id, verdict.outcome, points, got, verdict.said, file)


def _code(step: Exercise, source: bytes, lessons: Path, pool: Pool) -> Verdict | str | None:
    """The verdict; None where nothing was written, a sentence where the exercise itself is broken."""
    piece = piece_of(lessons, step.exercise)
    if isinstance(piece, str):
        return f"the exercise has errors: {piece}"
    if source.strip() == piece.starter.encode().strip():
        return None
    return pool.judge(piece, source).verdict
