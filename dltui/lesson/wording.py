"""What the annotations of the records demand and what a file gave instead, in words for an author."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import inspect

from dltui.lesson.place import Path
from dltui.lesson.problem import listed, quoted

LARGEST = 2**31 - 1
"""Where the records say so, there is no limit that an author would ask for."""


def bare(expected: inspect.Type) -> inspect.Type:
    """Without what is only for the loader and the JSON Schema."""
    return bare(expected.type) if isinstance(expected, inspect.Metadata) else expected


def alternatives(expected: inspect.Type) -> Iterator[inspect.Type]:
    """What may stand here. TOML has no null, so None is never one of them."""
    expected = bare(expected)
    if isinstance(expected, inspect.UnionType):
        for one in expected.types:
            yield from alternatives(one)
    elif not isinstance(expected, inspect.NoneType):
        yield expected


def wanted(expected: inspect.Type) -> str:
    """`a whole number from 1 to 600`, `a list of texts`, `a table like { kind = …, lr = … }`"""
    several = list(alternatives(expected))
    if len(several) > 1:
        if tag := _tag(several):
            return f"a table like {{ {tag} = …, … }}"
        words = dict.fromkeys(wanted(one) for one in several)
        return listed(word for word in words if not (word == "a whole number" and "a number" in words))
    match several[0]:
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType() as number:
            return "a whole number" + bounds(number)
        case inspect.FloatType() as number:
            return "a number" + bounds(number)
        case inspect.StrType():
            return "a text"
        case inspect.LiteralType(values=values):
            return listed(values) if len(values) == 1 else f"one of {listed(values)}"
        case inspect.ListType(item_type=item):
            return f"a list of {_plural(item)}"
        case inspect.StructType() as record:
            return f"a table like {sample(record)}"
    return "a table"


def bounds(number: inspect.IntType | inspect.FloatType) -> str:
    """` from 1 to 600`, `, above 0`, `, at least 0 and below 1`"""
    upper = None if number.le == LARGEST else number.le
    if number.ge is not None and upper is not None:
        return f" from {figure(number.ge)} to {figure(upper)}"
    limits = {"at least": number.ge, "above": number.gt, "at most": upper, "below": number.lt}
    words = [f"{word} {figure(limit)}" for word, limit in limits.items() if limit is not None]
    return ", " + " and ".join(words) if words else ""


def figure(number: float) -> str:
    """`1000000`, `0.5`"""
    return str(int(number)) if number == int(number) else repr(number)


def sample(record: inspect.StructType) -> str:
    """The least that must be written: `{ kind = …, lr = … }`"""
    names = [record.tag_field] if record.tag_field else []
    names += [field.encode_name for field in record.fields if field.required]
    return "{ " + ", ".join(f"{name} = …" for name in names) + " }" if names else "{ … }"


def _tag(several: list[inspect.Type]) -> str:
    """The key that tells records apart, where nothing else is among them; else empty."""
    tags = {one.tag_field if isinstance(one, inspect.StructType) else None for one in several}
    return tags.pop() or "" if len(tags) == 1 else ""


def given(value: Any) -> str:
    """`the text "ten"`, `true`, `a list`: never longer than a line, however large the value."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f"the text {quoted(value)}" if value.strip() else "an empty text"
        case int():
            return str(value) if abs(value) < 10**15 else "a huge number"
        case float():
            return repr(value)
        case list():
            return "a list" if value else "an empty list"
        case dict():
            return "a table { … }"
    return "a date or a time"


def name(path: Path) -> str:
    """`epochs`, `item 2 of betas`, `item 1 of item 3 of kernel`"""
    if not path:
        return "the file"
    last = path[-1]
    return f"item {last + 1} of {name(path[:-1])}" if isinstance(last, int) else quoted(last)[1:-1] or '""'


def _plural(expected: inspect.Type) -> str:
    items = list(alternatives(expected))
    kinds = {type(item) for item in items}
    if kinds <= {inspect.IntType, inspect.FloatType}:
        return "numbers" if inspect.FloatType in kinds else "whole numbers"
    if kinds == {inspect.StrType}:
        return "texts"
    if kinds == {inspect.LiteralType}:
        return f"names: {listed(items[0].values)}" if isinstance(items[0], inspect.LiteralType) else "names"
    if kinds == {inspect.StructType}:
        return f"tables like {sample(items[0])}" if isinstance(items[0], inspect.StructType) else "tables"
    return "numbers or texts" if inspect.StrType in kinds else "values"
