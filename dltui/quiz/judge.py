"""From what a learner typed or chose to a verdict."""

from __future__ import annotations

from collections.abc import Sequence

from dltui.lesson.expressions import ExpressionError, Value, evaluate
from dltui.lesson.questions import (
    AnyQuestion,
    Choice,
    Explain,
    Fill,
    Match,
    Multi,
    Numeric,
    Order,
    Point,
    Shape,
    Short,
)
from dltui.quiz import arrange, numbers, point, shape
from dltui.quiz.fill import judge_fill
from dltui.quiz.numbers import written
from dltui.quiz.numeric import judge_numeric, own_unit
from dltui.quiz.options import LETTERS, judge_choice, judge_multi, order
from dltui.quiz.short import judge_short
from dltui.quiz.verdict import Ungradable, Verdict, right
from dltui.text import clean

__all__ = ["LETTERS", "Verdict", "judge", "key", "order", "shown_answer"]

LONGEST = 400


def judge(question: AnyQuestion, given: str, shown: Sequence[int] | None = None) -> Verdict:
    """The verdict on an answer, the same everywhere and at any time.

    Options are chosen by letters or numbers. These count as in the lesson file, or in the order in which the options
    were `shown`: see `order`.
    """
    given = clean(given[: LONGEST + 1], lines=False).strip()
    try:
        if not given:
            raise Ungradable(_form(question))
        if len(given) > LONGEST:
            raise Ungradable(f"That is too long: at most {LONGEST} characters are read.")
        return _verdict(question, given, shown)
    except Ungradable as reason:
        return Verdict(outcome="ungradable", score=0.0, said=str(reason), given=given)


def key(question: Numeric | Shape | Point) -> Value:
    """The right answer. Raises ExpressionError."""
    answer = question.answer
    if answer.compute:
        return evaluate(answer.compute)
    if answer.value is None:
        raise ExpressionError("there is no key: give compute or value")
    return answer.value


def shown_answer(question: AnyQuestion) -> str:
    """The right answer for the learner who gave up. Raises ExpressionError."""
    match question:
        case Choice() | Multi():
            return "; ".join(option.text for option in question.options if option.ok)
        case Numeric():
            return _shown_number(question)
        case Shape():
            return shape.written(sizes(key(question)))
        case Fill():
            return question.answer
        case Order():
            return "; ".join(question.items)
        case Match():
            return "; ".join(f"{pair.left}: {pair.right}" for pair in question.pairs)
        case Short():
            return question.accept[0]
        case Point():
            rows, columns = point.names(question)
            cells = point.right_cells(key(question), len(rows), len(columns))
            return " or ".join(point.shown(cell, rows, columns) for cell in cells)
        case Explain():
            return question.rubric


def _verdict(question: AnyQuestion, given: str, shown: Sequence[int] | None) -> Verdict:
    try:
        match question:
            case Choice():
                return judge_choice(question, given, shown or range(len(question.options)))
            case Multi():
                return judge_multi(question, given, shown or range(len(question.options)))
            case Numeric():
                return judge_numeric(question, given, key(question))
            case Shape():
                return shape.judge_shape(question, given, sizes(key(question)))
            case Fill():
                return judge_fill(question, given)
            case Order():
                return arrange.judge_order(question, given)
            case Match():
                return arrange.judge_match(question, given)
            case Short():
                return judge_short(question, given)
            case Point():
                return point.judge_point(question, given, key(question))
            case Explain():
                return right(given, question.rubric)
    except ExpressionError as error:
        raise Ungradable(f"This question has a fault, so nothing counts: {error.message}.") from None


def _form(question: AnyQuestion) -> str:
    """In which form an answer is expected."""
    match question:
        case Choice():
            return "Answer with a letter."
        case Multi():
            return "Answer with the letters of all that is right, such as a,c."
        case Numeric():
            return numbers.FORM
        case Shape():
            return shape.FORM
        case Fill():
            names = ", ".join(question.variables)
            return f"Write a formula in {names}." if names else "Write an expression, such as 2^3 or (1, -2)."
        case Order():
            return "Answer with the letters in order, the first one first, such as b a c."
        case Match():
            return "Answer with a letter for each number, such as 1b 2a 3c."
        case Short():
            return "Answer with a word or a few."
        case Point():
            return point.form(question)
        case Explain():
            return "Write a sentence or two."


def sizes(value: Value) -> list[int]:
    """The key of a shape. Raises ExpressionError."""
    parts = value if isinstance(value, list) else [value]
    found = [size for size in parts if isinstance(size, int) and size >= 0]
    if len(found) < len(parts):
        raise ExpressionError(f"a shape is a list of whole numbers, not {written(value)}")
    return found


def _shown_number(question: Numeric) -> str:
    """With six digits, or as many as it takes to be accepted; with the key's unit."""
    value = key(question)
    unit = own_unit(question)
    short = written(value) + unit
    return short if judge_numeric(question, short, value).outcome == "right" else f"{value}{unit}"


