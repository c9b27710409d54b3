"""Plain data against the annotations of the records, all mistakes at once: msgspec stops at its first."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import msgspec
from msgspec import inspect

from dltui.lesson.fields import Record
from dltui.lesson.place import Path
from dltui.lesson.problem import Report, listed, nearest, quoted
from dltui.lesson.wording import alternatives, bounds, figure, given, name, wanted

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Fitting:
    """One walk over a document. What fits becomes a record, also inside of what does not."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.records: dict[Path, msgspec.Struct] = {}
        """Inner records come before those they are in."""
        self.partial: set[Path] = set()
        """The records that have defaults in place of what did not fit."""
        self.prose: dict[Path, str] = {}
        """Texts that may hold formulas."""

    def fits(self, value: Any, expected: inspect.Type, path: Path, extra: Mapping[str, Any] = NOTHING) -> bool:
        """Whether `value` is what the annotation wants; what is wrong goes into the report."""
        if self.report.full:
            return False
        if isinstance(expected, inspect.Metadata):
            words = (expected.extra_json_schema or {}).get("description", "")
            return self.fits(value, expected.type, path, {"words": words, **extra, **(expected.extra or {})})
        several = list(alternatives(expected)) if isinstance(expected, inspect.UnionType) else [expected]
        if isinstance(value, dict):
            tagged = [one for one in several if isinstance(one, inspect.StructType) and one.tag_field]
            if tagged == several:
                return self._tagged(value, tagged, path)
        chosen = next((one for one in several if _same_kind(value, one)), None)
        if chosen is None:
            message = f"{name(path)} must be {wanted(expected)}, not {given(value)}"
            self.report.add(path, message, hint=_cast(value, several))
            return False
        return self._fits_kind(value, chosen, path, extra)

    def _fits_kind(self, value: Any, expected: inspect.Type, path: Path, extra: Mapping[str, Any]) -> bool:
        """For a value of the right kind: what is inside, and how large it is."""
        match expected:
            case inspect.StructType():
                return self._record(value, expected, path)
            case inspect.ListType():
                return self._list(value, expected, path)
            case inspect.DictType(value_type=inner):
                fitting = [self.fits(item, inner, (*path, key)) for key, item in value.items()]
                return all(fitting)
            case inspect.StrType():
                return self._text(value, expected, path, extra)
            case inspect.IntType() | inspect.FloatType():
                return self._number(value, expected, path)
            case inspect.LiteralType(values=values) if value not in values:
                wrong = quoted(value) if isinstance(value, str) else given(value)
                hint = nearest(value, [one for one in values if isinstance(one, str)])
                self.report.add(path, f"{name(path)} must be {wanted(expected)}, not {wrong}", hint=hint)
                return False
        return True

    def _tagged(self, value: dict[str, Any], kinds: list[inspect.StructType], path: Path) -> bool:
        """A record whose kind is told by one of its keys."""
        field = str(kinds[0].tag_field)
        noun = _noun(path, field)
        known = {str(kind.tag): kind for kind in kinds}
        tag = value.get(field)
        if field not in value:
            if misspelt := nearest(field, value):
                self.report.add((*path, misspelt), f"unknown key {quoted(misspelt)} in a {noun}", hint=field)
            else:
                self.report.add((*path, field), f"{field} is missing: one of {listed(known)}")
        elif not isinstance(tag, str):
            self.report.add((*path, field), f"{field} must be one of {listed(known)}, not {given(tag)}")
        elif tag in known:
            return self._record(value, known[tag], path)
        else:
            hint = nearest(tag, known)
            kind = noun if noun == field else f"{field} of {noun}"
            rest = "" if hint else f": it is one of {listed(known)}"
            self.report.add((*path, field), f"unknown {kind} {quoted(tag)}{rest}", hint=hint)
            if hint:
                self._record(value, known[hint], path)
        return False

    def _record(self, value: dict[str, Any], expected: inspect.StructType, path: Path) -> bool:
        fields = {field.encode_name: field for field in expected.fields}
        where = _where(expected, path)
        sound = {expected.tag_field: expected.tag} if expected.tag_field else {}
        for key, item in value.items():
            if self.report.full:
                return False
            if key in fields:
                if fields[key].required and isinstance(item, str) and not item.strip():
                    self.report.add((*path, key), f"{key} must not be empty in {where}")
                elif self.fits(item, fields[key].type, (*path, key)):
                    sound[key] = item
            elif key != expected.tag_field:
                self._unknown(key, [*sound.keys() - fields, *fields], value, where, path)
        for key, field in fields.items():
            if field.required and key not in value:
                self.report.add((*path, key), f"{key} is missing in {where}: {wanted(field.type)}")
        if any(field.required and key not in sound for key, field in fields.items()):
            return False
        if sound.keys() != value.keys():
            self.partial.add(path)
        return self._made(sound, expected, path) and path not in self.partial

    def _unknown(self, key: str, known: list[str], present: Container[str], where: str, path: Path) -> None:
        hint = nearest(key, [name for name in known if name not in present])
        rest = "" if hint else f", which has {listed(known, 'and')}"
        self.report.add((*path, key), f"unknown key {quoted(key)} in {where}{rest}", hint=hint)
        if hint:
            self.report.excuse((*path, hint))

    def _made(self, sound: dict[str, Any], expected: inspect.StructType, path: Path) -> bool:
        try:
            self.records[path] = msgspec.convert(sound, expected.cls)
        except msgspec.ValidationError as error:  # a constraint that is not checked here
            self.report.add(path, f"{name(path)} does not fit: {error}")
            return False
        return True

    def _list(self, value: list[Any], expected: inspect.ListType, path: Path) -> bool:
        low, high = expected.min_length or 0, expected.max_length
        fitting = [self.fits(item, expected.item_type, (*path, number)) for number, item in enumerate(value)]
        if low <= len(value) and (high is None or len(value) <= high):
            return all(fitting)
        if low == high:
            size = f"have exactly {low} items, not {len(value)}"
        elif len(value) < low:
            size = f"have at least {low} items, not {len(value)}" if value or low > 1 else "not be empty"
        else:
            size = f"have at most {high} items, not {len(value)}"
        self.report.add(path, f"{name(path)} must {size}")
        return False

    def _text(self, value: str, expected: inspect.StrType, path: Path, extra: Mapping[str, Any]) -> bool:
        if expected.max_length is not None and len(value) > expected.max_length:
            self.report.add(path, f"{name(path)} must have at most {expected.max_length} characters, not {len(value)}")
        elif not extra.get("lines", True) and "\n" in value:
            self.report.add(path, f"{name(path)} must be one line", index=value.index("\n"))
        elif expected.pattern is not None and not re.search(expected.pattern, value):
            message = f"{name(path)} must be {extra['words'] or expected.pattern}, not {quoted(value)}"
            self.report.add(path, message, hint=_slug(value, expected.pattern))
        else:
            if extra.get("prose"):
                self.prose[path] = value
            return True
        return False

    def _number(self, value: float, expected: inspect.IntType | inspect.FloatType, path: Path) -> bool:
        above = (expected.ge is None or value >= expected.ge) and (expected.gt is None or value > expected.gt)
        below = (expected.le is None or value <= expected.le) and (expected.lt is None or value < expected.lt)
        if above and below:
            return True
        noun = "a whole number" if isinstance(expected, inspect.IntType) else "a number"
        limits = bounds(expected) if bounds(expected) else f" up to {figure(expected.le or 0)}"
        self.report.add(path, f"{name(path)} must be {noun}{limits}, not {given(value)}")
        return False


@cache
def type_of(record: type[Record]) -> inspect.Type:
    return inspect.type_info(record)


def _same_kind(value: Any, expected: inspect.Type) -> bool:
    match expected:
        case inspect.BoolType():
            return isinstance(value, bool)
        case inspect.IntType():
            return isinstance(value, int) and not isinstance(value, bool)
        case inspect.FloatType():
            return isinstance(value, int | float) and not isinstance(value, bool)
        case inspect.StrType():
            return isinstance(value, str)
        case inspect.LiteralType(values=values):
            return any(type(value) is type(one) for one in values)
        case inspect.ListType():
            return isinstance(value, list)
        case inspect.DictType() | inspect.StructType():
            return isinstance(value, dict)
    return isinstance(expected, inspect.AnyType)


def _cast(value: Any, expected: list[inspect.Type]) -> str:
    """The value as it should have been written, where that is plain to see."""
    kinds = {type(one) for one in expected}
    if isinstance(value, str):
        text = value.strip()
        if inspect.BoolType in kinds and text.lower() in ("true", "false"):
            return text.lower()
        number = r"-?\d{1,9}" if kinds == {inspect.IntType} else r"-?\d{1,9}(\.\d{1,9})?(e[+-]?\d{1,2})?"
        return text if kinds & {inspect.IntType, inspect.FloatType} and re.fullmatch(number, text) else ""
    if isinstance(value, float) and kinds == {inspect.IntType} and value.is_integer() and abs(value) < 2**31:
        return str(int(value))
    if isinstance(value, int | float) and inspect.StrType in kinds and not isinstance(value, bool):
        return f'"{value}"'
    if inspect.ListType in kinds and isinstance(value, int | float):
        return f"[{value}]"
    return ""


def _slug(value: str, pattern: str) -> str:
    """An id made of the words of `value`, where it is an id that is wanted."""
    slug = re.sub(r"[^a-z0-9]+", "-", value.strip().lower()).strip("-")
    return slug if len(slug) <= 64 and re.search(pattern, slug) else ""


def _noun(path: Path, tag_field: str) -> str:
    """`layer`, `step`, `question`: of what there are several kinds here."""
    if tag_field != "kind":
        return tag_field
    return next((part for part in reversed(path) if isinstance(part, str)), "record")


def _where(expected: inspect.StructType, path: Path) -> str:
    """`a conv2d layer`, `an experiment step`, `item 2 of options`, `the lesson`"""
    if expected.tag_field:
        tag = str(expected.tag)
        return f"{'an' if tag[0] in 'aeiou' else 'a'} {tag} {_noun(path, expected.tag_field)}"
    return name(path) if path else "the lesson"
