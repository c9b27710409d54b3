"""From what a learner typed or chose to a verdict, and the proof that a question can be judged at all."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Sequence

from dltui.lesson.expressions import ExpressionError, Value, check, evaluate
from dltui.lesson.functions import CONSTANTS, FUNCTIONS
from dltui.lesson.records import AnyQuestion, Choice, Fill, Key, Multi, Numeric, Shape
from dltui.quiz import numbers, shape
from dltui.quiz.fill import judge_fill, sampled
from dltui.quiz.numbers import written
from dltui.quiz.numeric import judge_numeric
from dltui.quiz.options import LETTERS, judge_choice, judge_multi, order
from dltui.quiz.verdict import Ungradable, Verdict
from dltui.text import clean

__all__ = ["LETTERS", "Verdict", "check_question", "judge", "key", "order", "shown_answer"]

LONGEST = 400
USUAL_RTOL = 1e-2
"""The default of the record."""
NOISE = 1e-15
"""A key this near to 0 is what is left of a sum that should be 0."""


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


def key(question: Numeric | Shape) -> Value:
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
            return shape.written(_sizes(key(question)))
        case Fill():
            return question.answer


def check_question(question: AnyQuestion) -> list[str]:
    """What is wrong with a question: its key must be accepted, every listed wrong answer refused for its own reason."""
    try:
        return list(_check(question))
    except ExpressionError as error:
        return [f"the answer cannot be computed: {error.message}"]


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
                return shape.judge_shape(question, given, _sizes(key(question)))
            case Fill():
                return judge_fill(question, given)
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


def _sizes(value: Value) -> list[int]:
    parts = value if isinstance(value, list) else [value]
    sizes = [size for size in parts if isinstance(size, int) and size >= 0]
    if len(sizes) < len(parts):
        raise ExpressionError(f"a shape is a list of whole numbers, not {written(value)}")
    return sizes


def _shown_number(question: Numeric) -> str:
    """With six digits, or as many as it takes to be accepted."""
    value = key(question)
    short = written(value)
    return short if judge_numeric(question, short, value).outcome == "right" else str(value)


def _check(question: AnyQuestion) -> Iterator[str]:
    match question:
        case Choice() | Multi():
            yield from _check_options(question)
        case Numeric():
            yield from _check_key(question.answer)
            yield from _check_number(question)
            yield from _check_answers(question, _shown_number(question))
        case Shape():
            yield from _check_key(question.answer)
            yield from _check_answers(question, shape.written(_sizes(key(question))))
        case Fill():
            problems = list(_check_variables(question))
            yield from problems
            if not problems:
                sampled(question)
                yield from _check_answers(question, question.answer)


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


def _check_answers(question: Numeric | Shape | Fill, own: str) -> Iterator[str]:
    verdict = judge(question, own)
    if verdict.outcome != "right":
        yield f"its own answer {own} is not accepted: {verdict.said}"
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
    if not isinstance(value, list):
        return repr(value)
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
