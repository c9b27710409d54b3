"""The code that belongs to an answer file: found beside it, read with suspicion, made a row of its sheet."""

from __future__ import annotations

import stat
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from dltui.grading.pool import Pool
from dltui.grading.row import Row
from dltui.lesson.records import Exercise, Lesson
from dltui.lesson.toml import MOST_BYTES
from dltui.quiz.answers import AnswerFile
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


def handed_in(step: Exercise, handed: AnswerFile, folder: Path) -> bytes | str | None:
    """The code for a step: the file that the answer file names, else `NAME.py` beside it. A sentence where it cannot be
    read, None where there is none. No path leads out of the folder of the answer file."""
    name = handed.exercises.get(step.id, "")
    try:
        path = folder / (name or f"{step.exercise}.py")
        if not name and not path.exists():
            return None
        if not path.resolve().is_relative_to(folder.resolve()):
            return f"{one_line(name, 100)} leads out of the folder of the answer file"
        if not stat.S_ISREG(path.stat().st_mode):
            return f"{one_line(path.name, 100)} is no regular file"
        with path.open("rb") as file:
            return file.read(MOST_BYTES)  # more than any exercise takes
    except (OSError, ValueError, RuntimeError) as error:  # names that are none, links in circles
        return f"{one_line(name or step.exercise, 100)} cannot be read: {getattr(error, 'strerror', None) or 'no path'}"


def rows(lesson: Lesson, handed: AnswerFile, folder: Path | None, lessons: Path, pool: Pool | None) -> list[Row]:
    """One for each exercise of the lesson. `folder`: of the answer file; `lessons`: of the lesson."""
    return [_row(step, handed, folder, lessons, pool) for step in lesson.step if isinstance(step, Exercise)]


def _row(step: Exercise, handed: AnswerFile, folder: Path | None, lessons: Path, pool: Pool | None) -> Row:
    points = float(step.points)
    source = handed_in(step, handed, folder) if folder is not None and pool is not None else None
    if source is None or pool is None:
        return Row(step.id, "unanswered", points, 0.0)
    file = one_line(handed.exercises.get(step.id, f"{step.exercise}.py"), 100)
    if isinstance(source, str):
        return Row(step.id, "ungradable", points, 0.0, source, file)
    piece = piece_of(lessons, step.exercise)
    if isinstance(piece, str):
        return Row(step.id, "ungradable", points, 0.0, f"the exercise has errors: {piece}", file)
    if source.strip() == piece.starter.encode().strip():
        return Row(step.id, "unanswered", points, 0.0)
    verdict = pool.judge(piece, source).verdict
    return Row(step.id, verdict.outcome, points, points * verdict.score, verdict.said, file)
