"""One answer file, graded. Judging is `quiz.judge`, as on the screen."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from msgspec import Struct

from dltui.grading.pool import Pool
from dltui.grading.row import OUTCOMES, Outcome, Row
from dltui.grading.work import rows as work_rows
from dltui.lesson.find import Course, Entry
from dltui.lesson.problem import nearest, quoted
from dltui.lesson.records import AnyQuestion, Challenge, Exercise, Lesson
from dltui.quiz.answers import AnswerFile, Unreadable, asked, lettering, read
from dltui.quiz.judge import judge
from dltui.quiz.score import earned, worth
from dltui.text import clean

__all__ = ["OUTCOMES", "Outcome", "Row", "Sheet", "grade", "shown"]

MOST_STRANGERS = 20
"""Names of questions and steps that are not there, which are told."""


def shown(row: Row) -> str:
    """The answer and what was said about it."""
    if row.outcome == "unanswered":
        return "not answered"
    return row.given if row.outcome == "right" else f"{row.given}: {clean(row.said, lines=False)}"


class Sheet(Struct, frozen=True, omit_defaults=True):
    """One submission, whatever became of it."""

    name: str
    """Of the submission: its path below the folder that is graded, without the ending."""
    learner: str = ""
    lesson: str = ""
    title: str = ""
    rows: list[Row] = []
    trouble: list[str] = []
    """Why it could not be graded, or not all of it; each one sentence."""

    @property
    def points(self) -> float:
        return sum(row.points for row in self.rows)

    @property
    def earned(self) -> float:
        return sum(row.earned for row in self.rows)

    @property
    def share(self) -> float:
        """From 0 to 1; 0 where nothing could be graded."""
        return self.earned / self.points if self.points else 0.0

    @property
    def undecided(self) -> bool:
        """Whether a person has to look at it."""
        return bool(self.trouble) or any(row.outcome == "ungradable" for row in self.rows)

    def counts(self) -> list[int]:
        """How many questions are right, wrong, unanswered, ungradable."""
        return [sum(row.outcome == outcome for row in self.rows) for outcome in OUTCOMES]


def grade(
    name: str, source: bytes, course: Course, wanted: str = "", folder: Path | None = None, pool: Pool | None = None
) -> Sheet:
    """The sheet of one answer file. Raises nothing: what cannot be graded says why. With `wanted`, only answers to that
    lesson count. Code is looked for in `folder` and judged in `pool`; without them it counts as not handed in."""
    try:
        handed = read(source)
    except Unreadable as error:
        return Sheet(name, trouble=[str(error)])
    entry = _entry(handed.lesson, course)
    if isinstance(entry, str):
        return Sheet(name, handed.learner, handed.lesson, trouble=[entry])
    lesson = entry.lesson
    assert lesson is not None, "told above"
    if wanted and lesson.id != wanted:
        said = f"these are answers to {lesson.id}, expected are those to {wanted}"
        return Sheet(name, handed.learner, lesson.id, lesson.title, trouble=[said])
    questions = asked(lesson, handed.learner)
    rows = [*(_row(question, handed) for question in questions),
            *work_rows(lesson, handed, folder, entry.path.parent, pool)]  # fmt: skip
    strangers = [*_strangers(handed, questions), *_strange_files(handed, lesson)]
    return Sheet(name, handed.learner, lesson.id, lesson.title, rows, strangers[:MOST_STRANGERS])


def _entry(name: str, course: Course) -> Entry | str:
    """The lesson's entry, or why there is no lesson."""
    for entry in course.entries:
        if entry.id == name:
            return entry if entry.held else f"the lesson {name} has errors: {entry.problems[0]}"
    known = nearest(name, [entry.id for entry in course.entries])
    return f"there is no lesson {quoted(name)} here" + (f", did you mean {known}?" if known else "")


def _row(question: AnyQuestion, handed: AnswerFile) -> Row:
    given = handed.answers.get(question.id, "")
    points = worth(question)
    if not given:
        return Row(question.id, "unanswered", points, 0.0)
    verdict = judge(question, given, lettering(question) or None)
    got = earned(question, verdict.score, handed.hints.get(question.id, 0))
    return Row(question.id, verdict.outcome, points, got, verdict.said, verdict.given)


def _strangers(handed: AnswerFile, questions: list[AnyQuestion]) -> list[str]:
    """Answers to questions that are not there."""
    known = [question.id for question in questions]
    said = (f"there is no question {quoted(name)} in {handed.lesson}"
            + (f", did you mean {near}?" if (near := nearest(name, known)) else "")
            for name in handed.answers if name not in known)  # fmt: skip
    return list(islice(said, MOST_STRANGERS))


def _strange_files(handed: AnswerFile, lesson: Lesson) -> list[str]:
    """Files for steps that are not there."""
    files = (("exercise", handed.exercises, Exercise), ("challenge", handed.challenges, Challenge))
    said = (f"there is no {noun} {quoted(name)} in {handed.lesson}" for noun, given, kind in files for name in given
            if not any(step.id == name and isinstance(step, kind) for step in lesson.step))  # fmt: skip
    return list(islice(said, MOST_STRANGERS))
