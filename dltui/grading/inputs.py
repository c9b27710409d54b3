"""The inputs of an exercise's cases, drawn from a seed: the same everywhere, with plain numbers and lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from dltui.lesson.expressions import evaluate
from dltui.lesson.tasks import Check, Input

MOST_DRAWS = 1000
MOST_NUMBERS = 20_000
"""In one argument."""


class NoCase(ValueError):
    """No case can be drawn: one sentence."""


def cases(check: Check, variant: int) -> list[list[Any]]:
    """The arguments of each case: those that are fixed and others for each variant. Raises NoCase, ExpressionError."""
    dice = Random(f"{check.function} {variant}")
    return [*(list(one) for one in check.fixed), *(_case(check, dice) for _ in range(check.cases))]


def _case(check: Check, dice: Random) -> list[Any]:
    for _ in range(MOST_DRAWS):
        sizes: dict[str, Any] = {}
        for name, size in check.sizes.items():
            sizes[name] = evaluate(size, sizes) if isinstance(size, str) else dice.randint(*size)
        if not check.where or evaluate(check.where, sizes):
            return [_drawn(one, sizes, dice) for one in check.inputs]
    raise NoCase(f"{check.function}: {check.where} did not hold in {MOST_DRAWS} draws")


def _drawn(one: Input, sizes: Mapping[str, Any], dice: Random) -> Any:
    if one.value:
        return evaluate(one.value, sizes)
    low, high = (float(_number(end, sizes)) for end in (one.low, one.high))
    shape = [int(_number(size, sizes)) for size in one.shape]
    numbers = _numbers(one, low, high, dice)
    total = 1
    for size in shape:
        total *= size
    if not 0 <= total <= MOST_NUMBERS:
        raise NoCase(f"{one.name} has the shape {shape}: between 0 and {MOST_NUMBERS} numbers can be drawn")
    return _filled(shape, numbers)


def _number(source: float | str, sizes: Mapping[str, Any]) -> Any:
    return evaluate(source, sizes) if isinstance(source, str) else source


def _numbers(one: Input, low: float, high: float, dice: Random) -> Iterator[Any]:
    while True:
        match one.draw:
            case "normal":
                yield dice.gauss(0.0, 1.0)
            case "uniform":
                yield dice.uniform(low, high)
            case "integers":
                yield dice.randrange(int(low), max(int(low) + 1, int(high)))
            case "sign":
                yield dice.choice((-1, 1))


def _filled(shape: list[int], numbers: Iterator[Any]) -> Any:
    return [_filled(shape[1:], numbers) for _ in range(shape[0])] if shape else next(numbers)
