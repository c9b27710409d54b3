"""TeX source -> tokens with their places."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal, NamedTuple

from dltui.plot.formula.tree import FormulaError

LONGEST = 2000
"""Characters in one formula."""

TokenKind = Literal["command", "character", "open", "close", "sup", "sub", "cell", "end"]
_TOKEN = re.compile(r"\\(?:[A-Za-z]+\*?|.)|\s+|.", re.DOTALL)
_KINDS: dict[str, TokenKind] = {"{": "open", "}": "close", "^": "sup", "_": "sub", "&": "cell"}


class Token(NamedTuple):
    kind: TokenKind
    text: str
    """The character, or the command without its backslash."""
    start: int
    end: int


def tokens(tex: str) -> list[Token]:
    """All tokens but white space, then two of kind `end`. Raises FormulaError for what no formula may hold."""
    if len(tex) > LONGEST:
        raise FormulaError(LONGEST, f"a formula of {len(tex)} characters; at most {LONGEST} are set")
    _refuse_invisible(tex)
    found = []
    for match in _TOKEN.finditer(tex):
        text, start, end = match[0], *match.span()
        if text == "\\":
            raise FormulaError(start, "a lone \\ at the end; \\\\ starts a new row, \\{ is a brace")
        if text.startswith("\\"):
            found.append(Token("command", " " if text[1:].isspace() else text[1:], start, end))
        elif not text.isspace():
            found.append(Token(_KINDS.get(text, "character"), text, start, end))
    return [*found, *[Token("end", "", len(tex), len(tex))] * 2]


def _refuse_invisible(tex: str) -> None:
    if "%" not in tex and tex.isprintable():
        return
    for position, character in enumerate(tex):
        if character == "%" and tex[position - 1 : position] != "\\":
            raise FormulaError(position, "% would start a comment; write \\%")
        if character.isprintable() or character in "\r\n":
            continue
        hint = "; write formulas in '''…''' so that \\t stays two characters" if character in "\t\b\f\a\v" else ""
        name = unicodedata.name(character, "a control character")
        raise FormulaError(position, f"a character that cannot be seen, U+{ord(character):04X} ({name}){hint}")
