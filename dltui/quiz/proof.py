"""The proof that a question can be judged: its key is accepted, listed wrong answers are refused for their reasons."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator

from dltui.lesson.expressions import ExpressionError, check
from dltui.lesson.functions import CONSTANTS, FUNCTIONS
from dltui.lesson.questions import (
    AnyQuestion,
    Choice,
    Explain,
    Fill,
    Key,
    Match,
    Multi,
    Numeric,
    Order,
    Point,
    Shape,
    Short,
)
from dltui.lesson.variants import instances
from dltui.quiz import arrange, point, shape
from dltui.quiz.fill import sampled
from dltui.quiz.judge import LETTERS, judge, key, shown_answer, sizes
from dltui.quiz.numbers import written
from dltui.quiz.numeric import own_unit

USUAL_RTOL = 1e-2
"""The default of the record."""
NOISE = 1e-15
"""A key this near to 0 is what is left of a sum that should be 0."""


def check_question(question: AnyQuestion) -> list[str]:
    """What is wrong with a question, in any of its variants: its key must be accepted, every listed wrong answer
    refused for its own reason."""
    for one in instances(question):
        try:
            problems = list(_check(one))
        except ExpressionError as error:
            problems = [f"the answer cannot be computed: {error.message}"]
        if problems:
            return problems
    return []


def _check(question: AnyQuestion) -> Iterator[str]:
    match question:
        case Choice() | Multi():
            yield from _check_options(question)
        case Numeric():
            yield from _check_key(question.answer)
            yield from _check_number(question)
            yield from _check_answers(question, shown_answer(question))
        case Shape():
            yield from _check_key(question.answer)
            yield from _check_answers(question, shape.written(sizes(key(question))))
        case Fill():
            problems = list(_check_variables(question))
            yield from problems
            if not problems:
                sampled(question)
                yield from _check_answers(question, question.answer)
        case Order() | Match():
            yield from _check_own(question, arrange.own_answer(question))
        case Short():
            for text in question.accept:
                yield from _check_own(question, text)
            yield from _check_answers(question, question.accept[0])
        case Point():
            yield from _check_key(question.answer)
            rows, columns = point.names(question)
            for cell in point.right_cells(key(question), len(rows), len(columns)):
                yield from _check_answers(question, point.shown(cell, rows, columns))
        case Explain():
            pass


def _check_options(question: Choice | Multi) -> Iterator[str]:
    good = [place for place, option in enumerate(question.options) if option.ok]
    if isinstance(question, Choice) and len(good) != 1:
        yield f"exactly one option must be ok, here {len(good)} are"
    if not good:
        yield "no option is ok"
    texts = [option.text.strip().casefold() for option in question.options]
    for place, option in enumerate(question.options):
        if not option.ok and not option.why:
            yield f"option {LETTERS[place]} is wrong and must say why"
        if texts[place] in texts[:place]:
            yield f"option {LETTERS[place]} is the same as option {LETTERS[texts.index(texts[place])]}"
    chosen = ",".join(LETTERS[place] for place in good)
    if good and judge(question, chosen).outcome != "right" and isinstance(question, Multi):
        yield f"its own answer {chosen} is refused"


def _check_key(answer: Key) -> Iterator[str]:
    if bool(answer.compute) == (answer.value is not None):
        yield "the answer needs exactly one of compute and value"
    if answer.value is not None and not answer.proof and not answer.why:
        yield "an answer that is typed in needs a proof, or a why"


def _check_number(question: Numeric) -> Iterator[str]:
    value = key(question)
    parts = value if isinstance(value, list) else [value]
    if not parts or any(isinstance(part, list) for part in parts):
        raise ExpressionError("it must be a number or a list of numbers")
    if any(0 < abs(part) < NOISE for part in parts) and not question.atol:
        yield f"the answer {written(value)} looks like a 0 with a rounding error: give atol, or round it"
    if all(isinstance(part, int) for part in parts) and question.rtol not in (0, USUAL_RTOL):
        yield "the answer is a whole number and judged exactly: rtol does nothing here, atol would"


def _check_own(question: AnyQuestion, own: str) -> Iterator[str]:
    verdict = judge(question, own)
    if verdict.outcome != "right":
        yield f"its own answer {own} is not accepted: {verdict.said}"


def _check_answers(question: Numeric | Shape | Fill | Short | Point, own: str) -> Iterator[str]:
    yield from _check_own(question, own)
    for one in question.wrong:
        given = one.value if isinstance(one.value, str) else _typed(question, one.value)
        verdict = judge(question, given)
        if verdict.outcome == "right":
            yield f"the wrong answer {given} is accepted: it counts as {own}"
        elif verdict.outcome == "ungradable":
            yield f"the wrong answer {given} cannot be judged: {verdict.said}"
        elif verdict.said != one.why:
            yield f"the wrong answer {given} does not get its own reason, but: {verdict.said}"


def _typed(question: AnyQuestion, value: float | list[float | int]) -> str:
    if isinstance(question, Point):
        rows, columns = point.names(question)
        cell = point.listed_cells(value, rows, columns)
        return point.shown(cell[0], rows, columns) if cell else repr(value)
    if not isinstance(value, list):
        return repr(value) + (own_unit(question) if isinstance(question, Numeric) else "")
    return ("x" if isinstance(question, Shape) else ", ").join(map(repr, value))


def _check_variables(question: Fill) -> Iterator[str]:
    for name, (low, high) in question.variables.items():
        if not re.fullmatch(r"[A-Za-zΑ-Ωα-ω][A-Za-zΑ-Ωα-ω0-9_]*", name) or keyword.iskeyword(name):
            yield f"the variable {name} needs another name: letters and digits, no word of Python"
        if name in FUNCTIONS or name in CONSTANTS:
            yield f"the variable {name} has the name of a {'function' if name in FUNCTIONS else 'constant'}"
        if not low < high:
            yield f"the range of {name} must rise: [{low:g}, {high:g}]"
    problem = check(question.answer, question.variables)
    if problem:
        yield f"the answer cannot be read: {problem}"
