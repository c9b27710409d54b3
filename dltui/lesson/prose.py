"""The formulas in the prose of a lesson: `$…$` in the line, `$$…$$` on lines of their own.

A `$` opens a formula where no space follows it, and closes one where no space stands before it and no digit after it,
so “from $5 to $6” holds none. `\\$` is a dollar sign. Formulas end with their paragraph. Code (between backticks) has
no formulas.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_TOKEN = re.compile(r"`+|\\[^\n]|\$\$?|\n[ \t]*\n")
_FENCE = 3


class Formula(NamedTuple):
    start: int
    end: int
    """`text[start:end]` is the formula with its dollar signs."""
    tex: str
    display: bool


def formulas(text: str) -> list[Formula]:
    """All formulas of `text`, from left to right. Takes time in proportion to the length of any text."""
    return _scanned(text).found


def stray_dollars(text: str) -> list[int]:
    """Where a `$` stands that belongs to no formula and is not written `\\$`."""
    return sorted(_scanned(text).stray)


class _Scan:
    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Formula] = []
        self.stray: list[int] = []
        self.opened = -1
        """Where the formula being read starts; -1: none."""
        self.display = False

    def drop(self) -> None:
        """What was opened is no formula after all."""
        if self.opened >= 0:
            self.stray.append(self.opened)
        self.opened = -1

    def open(self, at: int, display: bool) -> None:
        self.drop()
        self.opened, self.display = at, display
        width = 1 + display
        if not display and self.text[at + width : at + width + 1].strip() == "":
            self.drop()

    def close(self, at: int) -> None:
        width = 1 + self.display
        tex = self.text[self.opened + width : at].strip()
        if not tex:
            return self.drop()
        self.found.append(Formula(self.opened, at + width, tex, self.display))
        self.opened = -1
        return None

    def dollar(self, at: int) -> None:
        """One `$` that is not half of a `$$`."""
        if self.opened < 0:
            self.open(at, display=False)
        elif self.display:
            return  # stays in the formula, where whoever reads TeX complains about it
        elif self.text[at - 1].isspace() or self.text[at + 1 : at + 2].isdigit():
            self.open(at, display=False)
        else:
            self.close(at)

    def dollars(self, at: int) -> None:
        """A `$$`, or the end of one formula and the start of the next."""
        if self.opened >= 0 and self.display:
            self.close(at)
        elif self.opened >= 0:
            self.dollar(at)
            self.dollar(at + 1)
        else:
            self.open(at, display=True)


def _scanned(text: str) -> _Scan:
    scan = _Scan(text)
    tokens = list(_TOKEN.finditer(text)) if "$" in text else []
    closers = _code_closers(tokens)
    skip_to = 0
    for number, token in enumerate(tokens):
        if number < skip_to:
            continue
        mark = token[0]
        if mark[0] == "`" and scan.opened < 0:
            skip_to = closers.get(number, number) + 1
        elif mark == "$":
            scan.dollar(token.start())
        elif mark == "$$":
            scan.dollars(token.start())
        elif mark[0] == "\n":
            scan.drop()
    scan.drop()
    return scan


def _code_closers(tokens: list[re.Match[str]]) -> dict[int, int]:
    """For each run of backticks that opens code, the number of the token that closes it: the next run of the same
    length, in the same paragraph unless it is a fence."""
    closers: dict[int, int] = {}
    later: dict[int, int] = {}
    for number in range(len(tokens) - 1, -1, -1):
        mark = tokens[number][0]
        if mark[0] == "\n":
            later = {length: at for length, at in later.items() if length >= _FENCE}
        elif mark[0] == "`":
            if len(mark) in later:
                closers[number] = later[len(mark)]
            later[len(mark)] = number
    return closers
