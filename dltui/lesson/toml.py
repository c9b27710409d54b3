"""TOML text to plain data, for files that nobody vouches for. Size, nesting and keys are bounded before `tomllib` sees
the text: it takes seconds over one long dotted key and gives up on deep nesting."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from dltui.lesson.place import Place, place

MOST_BYTES = 256 * 1024
MOST_PARTS = 16
"""Of a dotted key."""
MOST_NESTED = 32
"""Brackets in brackets."""
START = Place(1, 1)

# Every alternative takes what it has read, closed or not: nothing is read twice, however the text is made.
_TOKEN = re.compile(
    r"#[^\n]*+"
    r"|'''(?:[^']|'(?!''))*+(?:'{3,5}+)?+"
    r'|"""(?:[^"\\]|\\.|"(?!""))*+(?:"{3,5}+)?+'
    r"|'[^'\n]*+'?+"
    r'|"(?:[^"\\\n]|\\.)*+"?+'
    r"|[\[\]{}.=,\n]",
    re.DOTALL,
)
_COORDINATES = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_LIKE_TOML = re.compile(r"\n(?:\[\[?[\w.]+\]|[\w.]+ = [\"'\[{\dtf])")
_BACKSLASH = "a backslash in \"…\" starts an escape: use '…' or '''…''' so that \\theta keeps its backslash"
_PLAIN_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "Unescaped '\\' in a string": _BACKSLASH,
        "Invalid hex value": _BACKSLASH,
        "Escaped character is not a Unicode scalar value": _BACKSLASH,
        "Illegal character '\\n'": "this text is not closed on its line; '''…''' may go over several",
        "Unterminated string": "this text is never closed",
        "Expected \"'''\"": "this text is never closed",
        "Expected '\"\"\"'": "this text is never closed",
        'Expected "\'"': "the text in '…' that starts above is not closed on its line",
        "Invalid value": 'not a value: a text needs quotes, as in "…"; true and false are lower-case',
        "Invalid statement": "this is neither key = value nor a [table] nor a [[list of tables]]",
        "Expected '=' after a key in a key/value pair": "= is missing after the key",
        "Invalid initial character for a key part": "a key is made of a-z, 0-9, _ and -",
        "Expected newline or end of document after a statement": "something is left over after the value",
        "Expected ']' at the end of a table declaration": "] is missing",
        "Expected ']]' at the end of an array declaration": "]] is missing",
        "Cannot overwrite a value": "this key was given before",
        "Unclosed array": "a comma or ] is missing",
        "Unclosed inline table": "a comma or } is missing; braces are closed on the line where they are opened",
        "Invalid date or datetime": "there is no such date",
    }
)


class TomlError(ValueError):
    """The text cannot be read: one sentence, and the place where it is known (else the start)."""

    def __init__(self, message: str, place: Place = START) -> None:
        super().__init__(message)
        self.message = message
        self.place = place


def decode(source: bytes | str) -> str:
    """The text of a file. Raises TomlError."""
    size = len(source) if isinstance(source, bytes) else len(source.encode("utf-8", "surrogatepass"))
    if size > MOST_BYTES:
        raise TomlError(f"a lesson has at most {MOST_BYTES // 1024} KiB, this file has more")
    try:
        text = source.decode() if isinstance(source, bytes) else source
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        line_start = before.rfind(b"\n") + 1
        where = Place(before.count(b"\n") + 1, len(before[line_start:].decode("utf-8", "replace")) + 1)
        raise TomlError(f"byte 0x{error.object[error.start]:02X} is no UTF-8: save the file as UTF-8", where) from None
    if text.startswith("\ufeff"):
        raise TomlError("the file starts with a byte order mark: save it as UTF-8 without one")
    return text


def parse(text: str) -> dict[str, Any]:
    """The document in `text`. Raises TomlError, nothing else."""
    _guard(text)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _explained(str(error), text) from None
    except RecursionError:
        raise TomlError("brackets are nested too deeply") from None
    except MemoryError:
        raise TomlError("there is not enough memory to read this file") from None
    except ValueError:
        number = re.search(r"[0-9_]{1000,}", text)
        raise TomlError("a number has too many digits", place(text, number.start() if number else 0)) from None


def _guard(text: str) -> None:
    """Refuse what would make the parser slow or too deep, in one pass."""
    dots = depth = 0
    for token in _TOKEN.finditer(text):
        match token[0]:
            case ".":
                dots += 1
            case "[" | "{":
                dots, depth = 0, depth + 1
            case "]" | "}":
                dots, depth = 0, max(depth - 1, 0)
            case "=" | "," | "\n":
                dots = 0
        if dots >= MOST_PARTS:
            raise TomlError(f"a dotted key has at most {MOST_PARTS} parts", place(text, token.start()))
        if depth > MOST_NESTED:
            raise TomlError(f"brackets are nested more than {MOST_NESTED} deep", place(text, token.start()))


def _explained(message: str, text: str) -> TomlError:
    """The parser's complaint in words for someone who does not know TOML by heart."""
    found = _COORDINATES.search(message)
    where = START
    if found:
        message = message[: found.start()]
        where = Place(int(found[1]), int(found[2])) if found[1] else place(text, len(text))
    plain = _PLAIN_WORDS.get(message, f"this is no TOML: {message}")
    if swallowed := _swallowed(text, where):
        return TomlError("is this text closed? It runs over lines that look like keys", swallowed)
    if plain.endswith("never closed"):
        return TomlError(plain, _unclosed(text) or where)
    if plain is _BACKSLASH:
        return TomlError(plain, Place(where.line, max(where.column - 2, 1)))
    here = text.split("\n", where.line)[where.line - 1][where.column - 1 :]
    if message == "Invalid value" and here.startswith(tuple("“”„‟‘’«»")):
        return TomlError('texts stand in straight quotes: "…" or \'…\'', where)
    if here.startswith("}") and message == "Invalid initial character for a key part":
        return TomlError("there is no comma before }", where)
    if name := re.fullmatch(r"Cannot declare \((.*?),?\) twice", message):
        table = ".".join(part.strip(" '\"") for part in name[1].split(","))
        return TomlError(f"[{table}] was here before; for one more element of a list write [[{table}]]", where)
    if name := re.fullmatch(r"Duplicate inline table key '(.*)'", message):
        return TomlError(f'the key "{name[1]}" was given before in these braces', where)
    return TomlError(plain, where)


def _unclosed(text: str) -> Place | None:
    """Where the text starts that is never closed."""
    for token in _TOKEN.finditer(text):
        quotes = token[0][:3]
        if quotes in ("'''", '"""') and (len(token[0]) < 6 or not token[0].endswith(quotes)):
            return place(text, token.start())
    return None


def _swallowed(text: str, error: Place) -> Place | None:
    """Where the last text before the error starts, if there are lines in it which look like TOML."""
    lines = text.split("\n", error.line - 1)
    end = len(text) - len(lines[-1]) + error.column - 1
    last = None
    for token in _TOKEN.finditer(text, 0, end):
        if token[0].startswith(("'''", '"""')):
            last = token
    return place(text, last.start()) if last and _LIKE_TOML.search(last[0]) else None
