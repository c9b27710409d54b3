"""Letters in their variants, words, and primes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from rich.cells import cell_len

from dltui.plot.formula.symbols import sign
from dltui.plot.formula.tree import FormulaError, Node, Row, Symbol, items

_BOLD = {65 + i: 0x1D400 + i for i in range(26)} | {97 + i: 0x1D41A + i for i in range(26)}
_PLAIN = {bold: plain for plain, bold in _BOLD.items()}
_ESCAPED = re.compile(r"\\([#$%&_{} ])")
_REGIONAL_AND_SKIN = range(0x1F1E6, 0x1F400)
"""Characters whose width hangs on their neighbours."""


def bold(text: str) -> Symbol:
    """Mathematical bold letters carry the weight through the layout, see `upright`."""
    return sign(text.translate(_BOLD), "ord", text, f"bold {text}")


def upright(text: str) -> str:
    """Mathematical bold letters as plain ones."""
    return text if text.isascii() else unicodedata.normalize("NFC", text.translate(_PLAIN))


def joined(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Upright letters that follow one another make one word."""
    found: list[Node] = []
    for node in nodes:
        last = found[-1] if found else None
        if isinstance(node, Symbol) and isinstance(last, Symbol) and node.glyph.isalnum() and last.glyph.isalnum():
            found[-1] = sign(last.glyph + node.glyph, "ord", last.plain + node.plain)
        else:
            found.append(node)
    return tuple(found)


def with_primes(count: int, sup: Node | None) -> Node:
    """The superscript that begins with that many primes."""
    glyph = "′″‴"[count - 1] if count <= 3 else "′" * count
    primes = sign(glyph, "ord", "'" * count, " ".join(["prime"] * count))
    return primes if sup is None else Row((primes, *items(sup)))


def written_words(raw: str, position: int) -> str:
    """The text inside \\text{…}. Raises FormulaError for commands in it and for characters of no fixed width."""
    text = _ESCAPED.sub(r"\1", raw)
    text = unicodedata.normalize("NFC", re.sub(r"\s+", " ", text.replace("~", " ")))
    for character in text:
        if character == "\\":
            raise FormulaError(position, "words hold no commands; close the words before the \\")
        if cell_len(character) == 0 or ord(character) in _REGIONAL_AND_SKIN:
            raise FormulaError(position, f"the character U+{ord(character):04X} cannot stand in a formula")
    if not text.strip():
        raise FormulaError(position, "no words in this {}")
    return text
