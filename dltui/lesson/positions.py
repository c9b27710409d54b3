"""Where each key and each array element of a TOML text stands, which `tomllib` does not tell.

The text must be valid TOML: run `tomllib` first. Places are (line, column), both from 1, columns in characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from dltui.lesson.place import Path, Place, place

STRING = re.compile(
    r"'''(?P<literals>(?:[^']|'(?!''))*+'{0,2})'''"
    r'|"""(?P<basics>(?:[^"\\]|\\.|"(?!""))*+"{0,2})"""'
    r"|'(?P<literal>[^'\n]*)'"
    r'|"(?P<basic>(?:[^"\\\n]|\\.)*+)"',
    re.DOTALL,
)
"""One string token of any of the four kinds; the group that matched is its inside, still escaped."""

_GAP = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
_BLANK = re.compile(r"[ \t]*+")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\s#]*+(?: (?=[0-9])[^,\]}\s#]*+)?")  # a date and its time may have a space between them
_PIECE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|x[0-9A-Fa-f]{2}|[ \t]*\r?\n[ \t\r\n]*|.)|\r\n|.", re.DOTALL)
_LITERAL_PIECE = re.compile(r"\r\n|.", re.DOTALL)
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\"}


class Positions(Mapping[Path, Place]):
    """The places of all keys and elements of one TOML text."""

    def __init__(self, source: str) -> None:
        scanner = _Scanner(source)
        scanner.document()
        self._source = source
        self._keys = scanner.keys
        self._values = scanner.values

    def __getitem__(self, path: Path) -> Place:
        return place(self._source, self._keys[path])

    def __iter__(self) -> Iterator[Path]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def nearest(self, path: Path) -> Place:
        """The place of `path` or, where nothing of that name is written, of the table or list around it."""
        while path and path not in self._keys:
            path = path[:-1]
        return self[path] if path else Place(1, 1)

    def inside(self, path: Path, index: int) -> Place:
        """The place of character `index` of the text at `path`; of its key where the value is no text."""
        offset = self.offset(path, index)
        return self.nearest(path) if offset is None else place(self._source, offset)

    def offset(self, path: Path, index: int) -> int | None:
        """Where character `index` of the text at `path` starts in the source; None where the value is no text."""
        token = STRING.match(self._source, self._values[path]) if path in self._values else None
        if token is None or token.lastgroup is None:
            return None
        start = token.start(token.lastgroup)
        if token.lastgroup.endswith("s"):  # the newline right after the opening quotes is no part of the text
            start += 2 if self._source.startswith("\r\n", start) else self._source.startswith("\n", start)
        pieces = _PIECE if token.lastgroup.startswith("basic") else _LITERAL_PIECE
        for piece in pieces.finditer(self._source, start, token.end(token.lastgroup)):
            length = len(_unescaped(piece[0])) if pieces is _PIECE else 1
            if index < length:
                return piece.start()
            index -= length
        return token.end(token.lastgroup)


def positions(source: str) -> Positions:
    """The place of every key and array element of a valid TOML text. An array of tables is at its first header, each
    of its elements at its own header, at the last part of the key."""
    return Positions(source)


def _unescaped(piece: str) -> str:
    """What one piece of a basic string stands for; a backslash at the end of a line stands for nothing."""
    if not piece.startswith("\\"):
        return "\n" if piece == "\r\n" else piece
    if piece[1] in "uUx" and len(piece) > 2:
        return chr(int(piece[2:], 16))
    return "" if piece[1] in " \t\r\n" else _ESCAPES.get(piece[1], piece[1])


class _Scanner:
    """Walks through a valid TOML text and notes where each key and each value starts."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.keys: dict[Path, int] = {}
        self.values: dict[Path, int] = {}
        self.lengths: dict[Path, int] = {}  # of the arrays of tables

    def document(self) -> None:
        table: Path = ()
        self.skip(_GAP)
        while self.at < len(self.source):
            if self.source.startswith("[[", self.at):
                table = self.header(opening=2)
            elif self.source.startswith("[", self.at):
                table = self.header(opening=1)
            else:
                self.assignment(table)
            self.skip(_GAP)

    def header(self, opening: int) -> Path:
        self.at += opening
        parts = self.key()
        self.at += opening
        path: Path = ()
        for number, (part, offset) in enumerate(parts):
            path = (*path, part)
            self.keys.setdefault(path, offset)
            if opening == 2 and number == len(parts) - 1:
                self.lengths[path] = self.lengths.get(path, 0) + 1
            if path in self.lengths:
                path = (*path, self.lengths[path] - 1)
                self.keys.setdefault(path, offset)
        return path

    def assignment(self, table: Path) -> None:
        for part, offset in self.key():
            table = (*table, part)
            self.keys.setdefault(table, offset)
        self.at += 1  # =
        self.skip(_BLANK)
        self.value(table)

    def key(self) -> list[tuple[str, int]]:
        """The parts of a dotted key and where each starts; stops behind the blanks that follow."""
        parts: list[tuple[str, int]] = []
        while True:
            self.skip(_BLANK)
            start = self.at
            if quoted := STRING.match(self.source, start):
                self.at = quoted.end()
                parts.append((_key_text(quoted), start))
            else:
                self.skip(_BARE)
                parts.append((self.source[start : self.at], start))
            self.skip(_BLANK)
            if not self.source.startswith(".", self.at):
                return parts
            self.at += 1

    def value(self, path: Path) -> None:
        self.values[path] = self.at
        if self.source.startswith("[", self.at):
            self.array(path)
        elif self.source.startswith("{", self.at):
            self.inline_table(path)
        elif string := STRING.match(self.source, self.at):
            self.at = string.end()
        else:
            self.skip(_SCALAR)

    def array(self, path: Path) -> None:
        for number in self.items("]"):
            self.keys[*path, number] = self.at
            self.value((*path, number))

    def inline_table(self, path: Path) -> None:
        for _ in self.items("}"):
            self.assignment(path)

    def items(self, closing: str) -> Iterator[int]:
        """Stops in front of each item of a bracket, and at last behind the closing one."""
        self.at += 1
        self.skip(_GAP)
        number = 0
        while self.at < len(self.source) and self.source[self.at] != closing:
            yield number
            number += 1
            self.skip(_GAP)
            if self.source.startswith(",", self.at):
                self.at += 1
                self.skip(_GAP)
        self.at += 1

    def skip(self, pattern: re.Pattern[str]) -> None:
        if found := pattern.match(self.source, self.at):
            self.at = found.end()


def _key_text(quoted: re.Match[str]) -> str:
    inside = str(quoted[quoted.lastgroup or 0])
    if quoted.lastgroup == "literal":
        return inside
    return "".join(_unescaped(piece[0]) for piece in _PIECE.finditer(inside))
