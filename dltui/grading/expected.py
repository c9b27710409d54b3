"""What the solution of an exercise returns on its cases, and the gradients of it that nobody had to write down."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from msgspec import Struct

from dltui.grading.inputs import NoCase, cases
from dltui.grading.jail import Answer, Ran
from dltui.lesson.expressions import ExpressionError
from dltui.lesson.tasks import Check, Workpiece

STEP = 1e-5
"""Of a central difference, relative to the number where that is larger than 1."""
MOST_SECONDS = 60.0
Run = Callable[[str, Sequence[tuple[str, Sequence[Any]]], float], Ran]
"""`Jail.run`"""


class Faulty(ValueError):
    """The exercise itself does not work: one sentence."""


class Case(Struct, frozen=True):
    """One call and what it must return."""

    check: Check
    arguments: list[Any]
    want: Any


def expected(piece: Workpiece, variant: int, run: Run) -> list[Case]:
    """All cases of a variant with their results. Raises Faulty, NoJail."""
    found: list[Case] = []
    for check in piece.task.check:
        try:
            drawn = cases(check, variant)
        except (NoCase, ExpressionError) as error:
            raise Faulty(f"the exercise {piece.name} draws no case: {error}") from None
        if check.judge == "gradient":
            found += [Case(check, one, _gradient(piece, check, one, run)) for one in drawn]
        else:
            results = _results(piece, [(check.function, one) for one in drawn], run)
            found += [Case(check, one, want) for one, want in zip(drawn, results, strict=True)]
    return found


def _results(piece: Workpiece, calls: list[tuple[str, list[Any]]], run: Run) -> list[Any]:
    ran = run(piece.solution, calls, MOST_SECONDS)
    bad = next((one for one in ran.answers if one.kind != "value"), None)
    if bad is not None or len(ran.answers) < len(calls):
        said = _said(bad) if bad else f"it was {ran.end}"
        raise Faulty(f"the solution of {piece.name} does not work: {said}")
    return [one.value for one in ran.answers]


def _said(answer: Answer) -> str:
    return f"{answer.value}" + (f" in line {answer.line}" if answer.line else "")


def _gradient(piece: Workpiece, check: Check, arguments: list[Any], run: Run) -> Any:
    """Central differences of the forward of the solution, weighted with the upstream gradients."""
    names = [one.name for one in check.inputs]
    places = [number for number, name in enumerate(names) if name not in check.upstream]
    upstream = [arguments[names.index(name)] for name in check.upstream]
    calls: list[tuple[str, list[Any]]] = []
    steps = []
    for name in check.of:
        for path, value in _numbers(arguments[names.index(name)]):
            step = STEP * max(1.0, abs(value))
            steps.append(step)
            for sign in (1, -1):
                moved = [_with(one, path, value + sign * step) if names[place] == name else one
                         for place, one in enumerate(arguments)]  # fmt: skip
                calls.append((check.forward, [moved[place] for place in places]))
    losses = [_weighted(upstream, result) for result in _results(piece, calls, run)]
    slopes = iter([(up - down) / (2 * step) for up, down, step in zip(losses[::2], losses[1::2], steps, strict=True)])
    found = [_like(arguments[names.index(name)], slopes) for name in check.of]
    return found[0] if len(found) == 1 else found


def _numbers(value: Any, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], float]]:
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from _numbers(one, (*path, number))
    else:
        yield path, float(value)


def _with(value: Any, path: tuple[int, ...], new: float) -> Any:
    if not path:
        return new
    return [_with(one, path[1:], new) if number == path[0] else one for number, one in enumerate(value)]


def _like(value: Any, numbers: Iterator[float]) -> Any:
    return [_like(one, numbers) for one in value] if isinstance(value, list) else next(numbers)


def _weighted(upstream: list[Any], result: Any) -> float:
    """The sum of all results times what came from above; a loss stands for itself."""
    weights = upstream[0] if len(upstream) == 1 else upstream if upstream else 1.0
    return sum(one * other for (_, one), (_, other) in zip(_numbers(weights), _numbers(result), strict=True))
