"""What no value in a lesson may be, whatever the records say: too long, too deep, not finite, or a text that holds
characters which steer a terminal."""

from __future__ import annotations

import re
from math import isfinite
from typing import Any

from dltui.lesson.place import Path
from dltui.lesson.problem import Report, quoted
from dltui.lesson.wording import LARGEST, given, name
from dltui.text import FORBIDDEN, clean

MOST_CHARACTERS = 8192
MOST_ITEMS = 1000
MOST_LEVELS = 10
"""The records need 7: lesson, steps, step, questions, question, options, option."""
MOST_CANDIDATES = 20
"""For a lost backslash: finding the place of a character takes a walk through its text."""

_ESCAPED = {"\t": "t", "\n": "n", "\b": "b", "\f": "f", "\r": "r", "\x07": "a", "\x0b": "v"}
_CONTROL_WORDS = {"\t": "a TAB", "\n": "a new line", "\x1b": "ESC", "\r": "a carriage return"}
_AFTER_NEWLINE = re.compile(r"(?:abla|eq|e|eg|u|ot|otin|i)(?![A-Za-z])")
"""What is left of a command of TeX whose backslash and `n` became a new line."""


def limited(value: Any, path: Path, report: Report) -> Any:
    """`value` with every text cleaned. What breaks a limit goes into the report and becomes None or is cut."""
    if report.full:
        return None
    match value:
        case bool():
            return value
        case str():
            return _text(value, path, report)
        case int() if abs(value) > LARGEST:
            report.add(path, f"{name(path)} must be a whole number up to {LARGEST}, not {given(value)}")
        case float() if not isfinite(value):
            report.add(path, f"{name(path)} must be a finite number, not {given(value)}")
        case int() | float():
            return value
        case list():
            return _list(value, path, report)
        case dict():
            return _table(value, path, report)
        case _:
            report.add(path, f"{name(path)} cannot be a date or a time: write a text in quotes")
    return None


def _list(value: list[Any], path: Path, report: Report) -> list[Any]:
    if len(value) > MOST_ITEMS:
        report.add(path, f"{name(path)} must have at most {MOST_ITEMS} items, not {len(value)}")
    elif len(path) >= MOST_LEVELS and value:
        report.add(path, f"{name(path)} is nested too deeply: there are at most {MOST_LEVELS} levels")
    else:
        return [limited(item, (*path, number), report) for number, item in enumerate(value)]
    return []


def _table(value: dict[str, Any], path: Path, report: Report) -> dict[str, Any]:
    if len(value) > MOST_ITEMS:
        report.add(path, f"{name(path)} must have at most {MOST_ITEMS} keys, not {len(value)}")
    elif len(path) >= MOST_LEVELS and value:
        report.add(path, f"{name(path)} is nested too deeply: there are at most {MOST_LEVELS} levels")
    else:
        return {_key(key, path, report): limited(item, (*path, key), report) for key, item in value.items()}
    return {}


def _key(key: str, path: Path, report: Report) -> str:
    safe = clean(key[:MOST_CHARACTERS], lines=False)
    if safe != key:
        report.add((*path, key), f"the key {quoted(key)} holds a character that is not allowed")
        report.excuse((*path, safe))
    return safe


def _text(text: str, path: Path, report: Report) -> str:
    if len(text) > MOST_CHARACTERS:
        report.add(path, f"{name(path)} must have at most {MOST_CHARACTERS} characters, not {len(text)}")
        return clean(text[:MOST_CHARACTERS])
    safe = clean(text)
    if safe is not text:
        for found in FORBIDDEN.finditer(text):
            report.add(path, _lost(text, found.start()) or _unwanted(found[0], path), index=found.start())
    if "$" in text:
        candidates = [found.start() for found in re.finditer("[\t\n]", text) if _lost(text, found.start())]
        for index in candidates[:MOST_CANDIDATES]:
            if _is_escape(path, index, report):
                report.add(path, _lost(text, index), index=index)
    return safe


def _is_escape(path: Path, index: int, report: Report) -> bool:
    """Whether a character is written with a backslash: a TAB from the keyboard in a listing is fine."""
    offset = report.positions.offset(path, index)
    return offset is not None and report.source[offset] == "\\"


def _lost(text: str, index: int) -> str:
    """The complaint about a control character that is the rest of a command such as \\theta; empty if it is none."""
    character, rest = text[index], text[index + 1 : index + 20]
    letters = re.match("[A-Za-z]+", rest)
    if character not in _ESCAPED or not letters or (character == "\n" and not _AFTER_NEWLINE.match(rest)):
        return ""
    command = f"\\{_ESCAPED[character]}{letters[0]}"
    return f"{command} became {_code(character)}: use '…' or '''…''' so that {command} keeps its backslash"


def _unwanted(character: str, path: Path) -> str:
    return f"{_code(character)} in {name(path)}: it can steer the terminal or hide text; take it out"


def _code(character: str) -> str:
    words = _CONTROL_WORDS.get(character, "")
    if not words:
        words = "a control character" if ord(character) < 0xA0 else "an invisible character"
    return f"{words} (U+{ord(character):04X})"
