"""Questions for a number or a list of numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from dltui.lesson.expressions import ExpressionError, evaluate, read
from dltui.lesson.records import Numeric, Wrong
from dltui.quiz.numbers import read_number, read_numbers, written
from dltui.quiz.slips import slip, slip_in_list
from dltui.quiz.verdict import Ungradable, Verdict, right, wrong

ROUNDING = 1e-9
"""Relative error that arithmetic alone may cause."""


def judge_numeric(question: Numeric, given: str, key: float | Sequence[float]) -> Verdict:
    """`key` is the computed one. Whole numbers are counts: they are exact but for `atol`; others may be off by `rtol`
    of the key too."""
    if isinstance(key, list):
        return _judge_list(question, given, key)
    assert isinstance(key, int | float)
    readings = _in_unit(question, given) if question.units else _one(given)
    if any(close(question, value, key) for value in readings):
        unit = own_unit(question)
        return right(given, f"It is {written(key)}{unit}.")
    value = readings[0]
    why = _listed(question, [[value]])
    return wrong(given, why or slip(value, key, lambda a, b: close(question, a, b)) or "That is not it.")


def close(question: Numeric, given: float, key: float) -> bool:
    if question.digits and key:
        allowed = question.atol + 0.5 * 10.0 ** (math.floor(math.log10(abs(key))) - question.digits + 1)
    else:
        allowed = question.atol + (ROUNDING if isinstance(key, int) else max(question.rtol, ROUNDING)) * abs(key)
    return abs(given - key) <= allowed * (1 + ROUNDING) + math.ulp(key)  # what was read is the nearest there is


def own_unit(question: Numeric) -> str:
    """The unit of the key as it follows a number: ` ms`; empty where there is none."""
    return next((f" {name}" for name, factor in question.units.items() if factor == 1), "")


def _in_unit(question: Numeric, given: str) -> list[float]:
    """The number before the unit, in the key's unit. Raises Ungradable where no known unit follows."""
    plain = given.strip().rstrip(".")
    found = [unit for unit in question.units if plain.endswith(unit)] \
        or [unit for unit in question.units if plain.casefold().endswith(unit.casefold())]
    unit = max(found, key=len, default="")
    number = plain.removesuffix(plain[len(plain) - len(unit) :]).strip() if unit else plain
    if not unit or (number and number[-1].isalpha()):
        known = " or ".join(question.units)
        raise Ungradable(f"Give the unit too: {known}.")
    return [value * question.units[unit] for value in _one(number)]


def _one(given: str) -> list[float]:
    try:
        return read_number(given)
    except Ungradable:
        if not re.search(r"\d,\d", given) and len(several := _several(given)) > 1:
            raise Ungradable(f"One number is expected, not {len(several)}.") from None
        raise


def _several(given: str) -> list[list[float]]:
    try:
        return read_numbers(given)
    except Ungradable:
        return []


def _judge_list(question: Numeric, given: str, key: list[float]) -> Verdict:
    readings = read_numbers(given)
    if len(readings) != len(key):
        example = written(list(range(1, len(key) + 1)))
        raise Ungradable(f"{len(key)} numbers are expected, not {len(readings)}. Write them like {example}.")
    if all(any(close(question, value, k) for value in values) for values, k in zip(readings, key, strict=True)):
        return right(given, f"It is {written(key)}.")
    values = [reading[0] for reading in readings]
    why = _listed(question, [values])
    return wrong(given, why or slip_in_list(values, key, lambda a, b: close(question, a, b)) or "That is not it.")


def _listed(question: Numeric, given: list[list[float]]) -> str:
    """What the lesson says about this very answer: of those that match, the nearest."""
    values = given[0]
    near: list[tuple[float, str]] = []
    for one in question.wrong:
        known = wrong_values(one)
        if len(known) == len(values) and all(close(question, value, k) for value, k in zip(values, known, strict=True)):
            near.append((math.dist(values, known), one.why))
    return min(near)[1] if near else ""


def wrong_values(one: Wrong) -> list[float]:
    """The numbers of a listed wrong answer; empty where they cannot be read."""
    value: object = one.value
    if isinstance(value, str):
        try:
            value = evaluate(read(value))
        except ExpressionError:
            return []
    return list(value) if isinstance(value, list) else [value] if isinstance(value, int | float) else []
