"""Whether what came back are the numbers that were wanted. The values are foreign: nothing is assumed about them."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from typing import Any

from dltui.text import one_line

WIDEST = 300
MOST_LEVELS = 14
LARGEST = sys.float_info.max / 4
"""Differences of two numbers up to here are numbers."""


def difference(want: Any, got: Any, rtol: float, atol: float, place: str = "") -> str:
    """What is different, in a few words; empty where nothing is. Only an int or a float counts as a number.

    What is wanted of a known mistake may be no number but its name, such as `inf`.
    """
    if not isinstance(want, list):
        if isinstance(want, str):
            return "" if got == want else f"{place or 'the result'} is wrong"
        if not _is_number(got):
            return f"{place or 'the result'} must be a number, not {kind(got)}"
        return "" if abs(got - want) <= atol + rtol * abs(want) else f"{place or 'the result'} is wrong"
    if not isinstance(got, list):
        return f"{place or 'the result'} must be {kind(want)}, not {kind(got)}"
    if len(want) != len(got) or _shape(want) != _shape(got):
        return f"{place or 'the result'} must be {kind(want)}, not {kind(got)}"
    for number, (one, other) in enumerate(zip(want, got, strict=True)):
        if said := difference(one, other, rtol, atol, f"{place or 'result'}[{number}]"):
            return said
    return ""


def pattern(want: Any, got: Any, rtol: float) -> str:
    """What the wrong numbers have in common, if anything."""
    pairs = list(_pairs(want, got))
    if any(pair is None for pair in pairs):
        return ""
    sound = [pair for pair in pairs if pair]
    if all(other == 0 for _, other in sound) and any(one for one, _ in sound):
        return "every number is 0"
    told = [(one, other) for one, other in sound if abs(one) > 1e-9]
    if len(told) < 2 or any(abs(other) > 1e-9 for one, other in sound if abs(one) <= 1e-9):
        return ""
    factor = told[0][1] / told[0][0]
    if math.isclose(factor, 1.0, rel_tol=1e-4):
        return ""
    if all(math.isclose(other, factor * one, rel_tol=max(rtol, 1e-5)) for one, other in told):
        return "every number has the wrong sign" if math.isclose(factor, -1, rel_tol=1e-5) \
            else f"every number is {factor:.4g} times what it should be"
    return ""


def shown(value: Any) -> str:
    """A value on one line, numbers short, foreign text made safe."""
    return one_line(_written(value), WIDEST)


def kind(value: Any) -> str:
    """`an array of shape (2, 3)`, `a number`, `None`"""
    if isinstance(value, list):
        shape = _shape(value)
        return f"{len(value)} results" if None in shape else f"an array of shape ({', '.join(map(str, shape))}" \
            + (",)" if len(shape) == 1 else ")")
    match value:
        case str():
            return one_line(value, 60)
        case bool():
            return "true or false"
        case int() | float():
            return "a number" if _is_number(value) else "a number so large"
    return "nothing" if value is None else "an object"


def _is_number(value: Any) -> bool:
    """Only what floats can hold: the whole numbers that come back have any size."""
    return type(value) in (int, float) and -LARGEST <= value <= LARGEST  # no comparison with nan holds


def _shape(value: Any, level: int = 0) -> tuple[int | None, ...]:
    """Sizes, with None at the end where the parts differ in theirs."""
    if not isinstance(value, list) or level > MOST_LEVELS:
        return ()
    inner = {_shape(one, level + 1) for one in value}
    return (len(value), *(inner.pop() if len(inner) == 1 else ((None,) if inner else ())))


def _pairs(want: Any, got: Any) -> Iterator[tuple[float, float] | None]:
    if isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        for one, other in zip(want, got, strict=True):
            yield from _pairs(one, other)
    else:
        yield (want, got) if _is_number(want) and _is_number(got) else None


def _written(value: Any, level: int = 0) -> str:
    if isinstance(value, list):
        if level > MOST_LEVELS:
            return "[…]"
        return "[" + ", ".join(_written(one, level + 1) for one in value[:60]) + (", …]" if len(value) > 60 else "]")
    if _is_number(value):
        return f"{value:.6g}"
    return str(value) if isinstance(value, str | bool) else kind(value)
