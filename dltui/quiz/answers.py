"""Answer files: what a learner hands in, as TOML. Read with suspicion, written by `dltui answers` and by the screen.

    format = 1
    lesson = "mlp-xor"
    learner = "ada"

    [answers]
    h-values = "(1, 2)"

    [hints]
    h-values = 1

    [exercises]
    write-update = "perceptron-update.py"

    [challenges]
    few-units = "mlp-xor-few-units.settings.toml"
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from dltui.lesson.challenges import file_name
from dltui.lesson.problem import nearest, quoted
from dltui.lesson.records import AnyQuestion, Challenge, Choice, Exercise, Lesson, Match, Multi, Order, Point, Quiz
from dltui.lesson.toml import TomlError, decode, parse
from dltui.lesson.variants import instance
from dltui.quiz import arrange, point
from dltui.quiz.options import LETTERS, order, relettered
from dltui.text import clean, one_line

FORMAT = 1
KEYS = ("format", "lesson", "learner", "answers", "hints", "exercises", "challenges")
LONGEST_NAME = 120
COLUMNS = 100


class Unreadable(ValueError):
    """The file is no answer file: one sentence."""


class AnswerFile(Struct, frozen=True):
    lesson: str
    learner: str
    """Whoever hands it in; fixes the numbers that vary."""
    answers: dict[str, str]
    """By the ids of the questions; only those that were answered."""
    hints: dict[str, int]
    """By the ids of questions, or of steps with an exercise or a challenge."""
    exercises: dict[str, str] = {}
    """Files of code by the ids of the steps, named as from where the answer file lies."""
    challenges: dict[str, str] = {}
    """Files of settings, in the same way."""


def read(source: bytes) -> AnswerFile:
    """Raises Unreadable with what is wrong."""
    try:
        document = parse(decode(source))
    except TomlError as error:
        line, column = error.place
        raise Unreadable(f"line {line}, column {column}: {error.message}") from None
    for key in document:
        if key not in KEYS:
            known = nearest(key, KEYS)
            raise Unreadable(f"unknown key {quoted(key)}" + (f", did you mean {known}?" if known else ""))
    if document.get("format") != FORMAT or isinstance(document["format"], bool):
        raise Unreadable(f"format = {FORMAT} is missing: this is no answer file")
    lesson, learner = (_name(document, key) for key in ("lesson", "learner"))
    if not lesson:
        raise Unreadable('lesson = "…" is missing: the id of the lesson the answers belong to')
    answers = {clean(key): text for key, value in _table(document, "answers") if (text := _text(key, value))}
    hints = {clean(key): _count(key, value) for key, value in _table(document, "hints")}
    files = [{clean(key): _file(table, key, value) for key, value in _table(document, table)}
             for table in ("exercises", "challenges")]  # fmt: skip
    return AnswerFile(lesson, learner, answers, hints, *files)


def asked(lesson: Lesson, learner: str) -> list[AnyQuestion]:
    """All questions of a lesson as this learner gets them, in order."""
    return [instance(question, learner) for step in lesson.step if isinstance(step, Quiz) for question in step.question]


def lettering(question: AnyQuestion) -> list[int]:
    """Which option each letter stands for in an answer file: the same for everybody, and not the order of the lesson,
    where authors like to put what is right first."""
    return order(question, 0)


def template(lesson: Lesson, learner: str, answers: Mapping[str, str], hints: Mapping[str, int]) -> str:
    """An answer file with every question as a comment, to be filled in; with the answers that there are, as they are
    stored in the progress of a learner."""
    lines = [f"format = {FORMAT}", f"lesson = {_quoted(lesson.id)}", f"learner = {_quoted(learner)}", "", "[answers]"]
    for question in asked(lesson, learner):
        lines += ["", *(f"# {line}".rstrip() for line in _told(question))]
        given = relettered(question, answers.get(question.id, ""), lettering(question))
        lines.append(f"{question.id} = {_quoted(given)}")
    work = [step.id for step in lesson.step if isinstance(step, Exercise | Challenge)]
    used = {name: count for name, count in hints.items() if count and (name in answers or name in work)}
    if used:
        lines += ["", "[hints]", *(f"{name} = {count}" for name, count in used.items())]
    lines += _files(lesson, Exercise, "exercise") + _files(lesson, Challenge, "challenge")
    return "\n".join(lines) + "\n"


def _files(lesson: Lesson, kind: type[Exercise] | type[Challenge], noun: str) -> list[str]:
    """Where the files of exercises or challenges are named, as comments: beside the answers they are found by name."""
    steps = [step for step in lesson.step if isinstance(step, kind)]
    lines = ["", f"[{noun}s]"] if steps else []
    for step in steps:
        name = f"{step.exercise}.py" if isinstance(step, Exercise) else file_name(lesson.id, step.id)
        lines += ["", *(f"# {line}" for line in _wrapped(f"{step.title}: dltui {noun} start {lesson.id}/{step.id}")),
                  f"# {step.id} = {_quoted(name)}"]  # fmt: skip
    return lines


def _told(question: AnyQuestion) -> Iterator[str]:
    """The question as lines of a comment, as it was written."""
    yield from _wrapped(question.ask)
    match question:
        case Choice() | Multi():
            for letter, place in zip(LETTERS, lettering(question), strict=False):
                yield from _wrapped(f"  {letter}  {question.options[place].text}")
        case Order() | Match():
            if isinstance(question, Match):
                for number, pair in enumerate(question.pairs, 1):
                    yield from _wrapped(f"  {number}  {pair.left}")
            for letter, text in zip(arrange.LETTERS, arrange.texts(question), strict=False):
                yield from _wrapped(f"  {letter}  {text}")
        case Point():
            rows, columns = point.names(question)
            yield f"  rows {', '.join(rows)}; columns {', '.join(columns)}"
            for cells in point.cells(question):
                yield f"  {'  '.join(cells)}"
        case _:
            pass


def _wrapped(text: str) -> Iterator[str]:
    for paragraph in text.strip().splitlines():
        indent = re.match(r"\s*", paragraph)
        margin = indent[0] if indent else ""
        line = margin
        for word in paragraph.split():
            if len(line) + len(word) >= COLUMNS and line.strip():
                yield line
                line = margin + "   "
            line += ("" if line == margin else " ") + word
        yield line


def _quoted(text: str) -> str:
    plain = clean(text, lines=False)
    return f"'{plain}'" if "'" not in plain else '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _name(document: Mapping[str, Any], key: str) -> str:
    value = document.get(key, "")
    if not isinstance(value, str):
        raise Unreadable(f"{key} is a text in quotes")
    return one_line(clean(value, lines=False), LONGEST_NAME).strip()


def _table(document: Mapping[str, Any], key: str) -> list[tuple[str, Any]]:
    value = document.get(key, {})
    if not isinstance(value, dict):
        raise Unreadable(f"[{key}] is a table: one line for each question")
    return list(value.items())


def _text(key: str, value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, int | float | list):
        raise Unreadable(f"the answer {quoted(key)} is a text in quotes, a number or a list of numbers")
    return _number(key, value)


def _number(key: str, value: object) -> str:
    parts: Sequence[object] = value if isinstance(value, list) else [value]
    if not all(isinstance(part, int | float) and not isinstance(part, bool) for part in parts):
        raise Unreadable(f"the answer {quoted(key)} is a text in quotes, a number or a list of numbers")
    try:
        written = [repr(part) for part in parts]
    except ValueError:  # Python writes no whole number with thousands of digits
        raise Unreadable(f"the answer {quoted(key)} is too large a number") from None
    return f"({', '.join(written)})" if isinstance(value, list) else written[0]


def _file(table: str, key: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Unreadable(f"{table}: {quoted(key)} is the name of a file in quotes")
    return value


def _count(key: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100:
        raise Unreadable(f"hints: {quoted(key)} is a whole number from 0 to 100")
    return value
