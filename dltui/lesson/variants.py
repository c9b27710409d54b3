"""Questions whose numbers differ from learner to learner: `{{n}}` in their texts and keys, the choices in `vary`."""

from __future__ import annotations

import itertools
import math
import random
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import fields, replace

from dltui.lesson.questions import Question

HOLE = re.compile(r"\{\{\s*([A-Za-z_]\w*)\s*\}\}")
MOST = 64
"""Variants that are looked at of a question that has more."""

Asked = TypeVar("Asked", bound=Question)


def instance(question: Asked, learner: str) -> Asked:
    """The question as this learner gets it: always the same for one `learner` and id."""
    if not question.vary:
        return question
    dice = random.Random(f"{learner}:{question.id}")
    return filled(question, {name: dice.choice(question.vary[name]) for name in sorted(question.vary)})


def instances(question: Asked) -> Iterator[Asked]:
    """All variants, or MOST of them picked evenly, the first and the last among them."""
    if not question.vary:
        yield question
        return
    names, total = list(question.vary), math.prod(map(len, question.vary.values()))
    wanted = {round(place * (total - 1) / (MOST - 1)) for place in range(MOST)} if total > MOST else None
    for place, values in enumerate(itertools.product(*question.vary.values())):
        if wanted is None or place in wanted:
            yield filled(question, dict(zip(names, values, strict=True)))


def filled(question: Asked, values: Mapping[str, float]) -> Asked:
    """The question with these numbers in its holes. A hole without a number stays as it is."""
    changed: Asked = _filled(replace(question, vary={}), values)
    return changed


def holes(question: Question) -> set[str]:
    """The names that stand in holes anywhere in the question."""
    return set(_holes(question))


def _filled(value: Any, values: Mapping[str, float]) -> Any:
    match value:
        case str():
            return HOLE.sub(lambda hole: f"{values[hole[1]]}" if hole[1] in values else hole[0], value)
        case list():
            return [_filled(each, values) for each in value]
        case dict():
            return {name: _filled(each, values) for name, each in value.items()}
        case Struct():
            parts = {field.name: getattr(value, field.name) for field in fields(value)}
            return replace(value, **{name: _filled(part, values) for name, part in parts.items()})
        case _:
            return value


def _holes(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield from HOLE.findall(value)
        case list():
            yield from itertools.chain.from_iterable(map(_holes, value))
        case dict():
            yield from itertools.chain.from_iterable(map(_holes, value.values()))
        case Struct():
            yield from itertools.chain.from_iterable(_holes(getattr(value, field.name)) for field in fields(value))
