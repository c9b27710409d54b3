"""One answer file, graded. Judging is `quiz.judge`, as on the screen."""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import Struct

from dltui.lesson.find import Course
from dltui.lesson.problem import nearest, quoted
from dltui.lesson.records import AnyQuestion, Lesson
from dltui.quiz.answers import AnswerFile, Unreadable, asked, lettering, read
from dltui.quiz.judge import judge
from dltui.quiz.score import earned, worth
from dltui.text import clean

Outcome = Literal["right", "wrong", "unanswered", "ungradable"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


class Row(Struct, frozen=True, omit_defaults=True):
    """One question."""

    question: str
    outcome: Outcome
    points: float
    """What it could earn."""
    earned: float
    said: str = ""
    given: str = ""


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


def grade(name: str, source: bytes, course: Course, wanted: str = "") -> Sheet:
    """The sheet of one answer file. Raises nothing: what cannot be graded says why. With `wanted`, only answers to that
    lesson count."""
    try:
        handed = read(source)
    except Unreadable as error:
        return Sheet(name, trouble=[str(error)])
    lesson = _lesson(handed.lesson, course)
    if isinstance(lesson, str):
        return Sheet(name, handed.learner, handed.lesson, trouble=[lesson])
    if wanted and lesson.id != wanted:
        said = f"these are answers to {lesson.id}, expected are those to {wanted}"
        return Sheet(name, handed.learner, lesson.id, lesson.title, trouble=[said])
    questions = asked(lesson, handed.learner)
    rows = [_row(question, handed) for question in questions]
    return Sheet(name, handed.learner, lesson.id, lesson.title, rows, list(_strangers(handed, questions)))


def _lesson(name: str, course: Course) -> Lesson | str:
    """The lesson, or why there is none."""
    for entry in course.entries:
        if entry.id == name:
            return entry.lesson or f"the lesson {name} has errors: {entry.problems[0]}"
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
    return [f"there is no question {quoted(name)} in {handed.lesson}"
            + (f", did you mean {near}?" if (near := nearest(name, known)) else "")
            for name in handed.answers if name not in known][:20]  # fmt: skip
