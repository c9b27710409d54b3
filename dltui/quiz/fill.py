"""Questions for a formula: two formulas are the same if they have the same values at random points."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from dltui.lesson.expressions import ExpressionError, Undefined, Value, check, evaluate, read
from dltui.lesson.records import Fill
from dltui.quiz.numbers import written
from dltui.quiz.verdict import Ungradable, Verdict, right, wrong

POINTS = 20
TRIES = 400
"""Points that are tried to find 20 at which the key has a value."""
SAME = 1e-6
"""Relative; two forms of one formula differ by rounding only."""
ROUNDED = 5e-3
"""Relative; nearer than this everywhere, a constant was rounded."""

Point = dict[str, float]


class Sample(NamedTuple):
    """A point with the key's value there."""

    point: Point
    key: Value


def judge_fill(question: Fill, given: str) -> Verdict:
    samples = sampled(question)
    source = _readable(question, given, samples[0].key)
    values: list[Value] = []
    for sample in samples:
        try:
            values.append(evaluate(source, sample.point))
        except Undefined as error:
            return wrong(given, f"{_at(sample)} yours has no value: {error.message}. The right one is {_key(sample)}.")
        except ExpressionError as error:
            raise Ungradable(f"This has no value: {error.message}.") from None
    differences = [_difference(value, sample.key) for value, sample in zip(values, samples, strict=True)]
    if None in differences:
        raise Ungradable(f"{_form(samples[0].key)} is expected, yours is {_form(values[0]).lower()}.")
    gaps = [gap for gap in differences if gap is not None]
    scale = max(_size(sample.key) for sample in samples)
    if _all_within(SAME, gaps, samples, scale):
        return right(given, "That is the formula." if question.variables else f"It is {written(samples[0].key)}.")
    if scale and _all_within(ROUNDED, gaps, samples, scale):
        raise Ungradable("Close everywhere, but not the same: write constants exactly, `ln(2)` and not 0.693.")
    return wrong(given, _listed(question, values, samples, scale) or _slip(values, samples) or _told(values, samples))


def sampled(question: Fill) -> list[Sample]:
    """Points of the variables' ranges where the key has a value, always the same ones for a question. Raises
    ExpressionError where the key cannot be computed at all."""
    wanted = POINTS if question.variables else 1
    found = list(islice(_samples(question), wanted))
    if len(found) < wanted:
        raise ExpressionError(f"{question.answer} has a value at {len(found)} of {TRIES} points only")
    return found


def _samples(question: Fill) -> Iterator[Sample]:
    generator = random.Random(f"{question.id}:{question.answer}")
    for _ in range(TRIES if question.variables else 1):
        point = {name: _drawn(generator, low, high) for name, (low, high) in question.variables.items()}
        try:
            yield Sample(point, evaluate(question.answer, point))
        except Undefined:
            continue


def _drawn(generator: random.Random, low: float, high: float) -> float:
    """With so few digits that it can be read in a sentence, but never a round number: at 0 or 1 a sound form of the
    key, such as x²/x, may have a hole."""
    decimals = 2 - math.floor(math.log10(high - low))
    unit = 10.0**-decimals
    place = generator.randrange(int((high - low) / unit) - 1)
    return round(low + (place + 0.3) * unit, decimals + 1)


def _readable(question: Fill, given: str, key: Value) -> str:
    parts = given.split()
    try:
        if isinstance(key, list) and len(parts) == len(key) and not re.search(r"[(\[,]", given):  # -1 -2
            given = f"({', '.join(parts)})"
        source = read(given, question.variables)
    except ExpressionError as error:
        raise Ungradable(_sentence(error.message)) from None
    problem = check(source, question.variables)
    if problem:
        raise Ungradable(_sentence(problem))
    return source


def _sentence(message: str) -> str:
    return f"This cannot be read: {message}" + ("" if message.endswith(("?", ".")) else ".")


def _difference(value: Value, key: Value) -> float | None:
    """The largest distance of two elements; None if one is a list and the other is not, or is longer."""
    if isinstance(value, list) and isinstance(key, list):
        if len(value) != len(key):
            return None
        parts = [_difference(one, other) for one, other in zip(value, key, strict=True)]
        return None if None in parts else max((part for part in parts if part is not None), default=0.0)
    if isinstance(value, list) or isinstance(key, list):
        return None
    return abs(value - key)


def _size(value: Value) -> float:
    return max(map(_size, value), default=0.0) if isinstance(value, list) else abs(value)


def _all_within(share: float, gaps: list[float], samples: list[Sample], scale: float) -> bool:
    """`scale`, the largest value of the key, allows for the rounding of terms that cancel, also to nothing."""
    rounding = 1e-9 * scale if scale else 1e-12
    return all(gap <= share * _size(sample.key) + rounding for gap, sample in zip(gaps, samples, strict=True))


def _listed(question: Fill, values: list[Value], samples: list[Sample], scale: float) -> str:
    """What the lesson says about this very formula."""
    for one in question.wrong:
        known = wrong_values(one.value, samples)
        gaps = [_difference(value, other) for value, other in zip(values, known, strict=False)]
        same = [Sample(sample.point, other) for sample, other in zip(samples, known, strict=False)]
        if known and None not in gaps and _all_within(SAME, [gap or 0.0 for gap in gaps], same, scale):
            return one.why
    return ""


def wrong_values(value: object, samples: list[Sample]) -> list[Value]:
    """What a listed wrong answer is at the points; empty where it has no value everywhere."""
    try:
        if isinstance(value, str):
            return [evaluate(read(value, sample.point), sample.point) for sample in samples]
    except ExpressionError:
        return []
    return [value for _ in samples] if isinstance(value, int | float | list) else []


def _slip(values: list[Value], samples: list[Sample]) -> str:
    """Right up to a sign, turned over, a factor or a constant."""
    gaps = [_difference(_negative(value), sample.key) or 0.0 for value, sample in zip(values, samples, strict=True)]
    if _all_within(SAME, gaps, samples, max(_size(sample.key) for sample in samples)):
        return "Right up to the sign."
    pairs = [
        (value, sample.key) for value, sample in zip(values, samples, strict=True)
        if not isinstance(value, list) and not isinstance(sample.key, list)
    ]  # fmt: skip
    if pairs and all(math.isclose(value * key, 1, rel_tol=SAME) for value, key in pairs):
        return "Upside down: it is 1 divided by that."
    if factor := _constant(pairs, lambda value, key: value / key):
        return f"Right up to a factor: yours is {factor:.6g} times as large."
    if offset := _constant(pairs, lambda value, key: value - key):
        return f"Right up to a constant: yours is {abs(offset):.6g} too {'large' if offset > 0 else 'small'}."
    return ""


def _negative(value: Value) -> Value:
    return [_negative(part) for part in value] if isinstance(value, list) else -value


def _constant(pairs: list[tuple[float, float]], relation: Callable[[float, float], float]) -> float:
    """What `relation` gives for every pair; 0 if it gives different values, or there is but one pair."""
    try:
        found = [relation(value, key) for value, key in pairs]
    except ZeroDivisionError:
        return 0.0
    same = len(found) > 1 and all(math.isclose(found[0], other, rel_tol=SAME) for other in found)
    return found[0] if same else 0.0


def _told(values: list[Value], samples: list[Sample]) -> str:
    """A point at which the two differ."""
    for value, sample in zip(values, samples, strict=True):
        if (_difference(value, sample.key) or 0.0) > ROUNDED * _size(sample.key):
            return f"{_at(sample)} yours is {written(value)}, the right one is {_key(sample)}."
    return "That is not it."


def _at(sample: Sample) -> str:
    return f"At {', '.join(f'{name} = {x:g}' for name, x in sample.point.items())}" if sample.point else "Here"


def _key(sample: Sample) -> str:
    return written(sample.key)


def _form(value: Value) -> str:
    return f"A list of {len(value)} numbers" if isinstance(value, list) else "One number"
