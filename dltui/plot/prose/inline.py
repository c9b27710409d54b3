"""What stands in a line: words, code, links, formulas."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token
from msgspec import Struct

from dltui.lesson.prose import Formula
from dltui.plot.formula import FormulaError, ascii_line, block, line, spoken, upright
from dltui.plot.prose.look import Look, Part
from dltui.plot.prose.words import Break, Line, Run, wrapped
from dltui.plot.transcription import ascii_text

FIRST_PLACE = 0xE000
PLACES = 0xF900 - FIRST_PLACE
"""Formulas wait in the text as one private character each, so that Markdown reads nothing into them."""
PLACE = re.compile("[\ue000-\uf8ff]")
INDENT = 4
"""Cells before a formula on lines of its own."""
_BOLD = re.compile("[\U0001d400-\U0001d433]+[\u0302\u0304\u0303\u0307\u0308\u20d7\u0305\u0332]?")


class Writer(Struct, frozen=True):
    """Writes inline tokens as runs, and formulas as runs or lines."""

    look: Look
    found: Sequence[Formula]
    ascii: bool = False
    spoken: bool = False

    def runs(self, tokens: Sequence[Token], part: Part) -> Iterator[Run | Break | Formula]:
        """The tokens as runs; formulas that have lines of their own as they are."""
        styles = [self.look.get(part, "")]
        addresses: list[str] = []
        for token in tokens:
            match token.type:
                case "text":
                    yield from self.words(token.content, styles[-1])
                case "softbreak":
                    yield Run(" ", styles[-1])
                case "hardbreak":
                    yield Break()
                case "code_inline":
                    yield Run(self.letters(token.content), self.look.get("code", ""))
                case "strong_open":
                    styles.append(self.mixed(styles[-1], "strong"))
                case "em_open":
                    styles.append(self.mixed(styles[-1], "emphasis"))
                case "link_open":
                    styles.append(self.mixed(styles[-1], "link"))
                    addresses.append(str(token.attrGet("href") or ""))
                case "strong_close" | "em_close":
                    styles.pop()
                case "link_close":
                    styles.pop()
                    yield from self.address(addresses.pop(), styles[-1])
                case _:
                    yield Run(self.letters(token.content), styles[-1])

    def line(self, tokens: Sequence[Token], part: Part) -> list[Run | Break]:
        """The tokens as runs where no formula can have lines of its own."""
        found: list[Run | Break] = []
        for run in self.runs(tokens, part):
            found += self.formula(run.tex, "") if isinstance(run, Formula) else [run]
        return found

    def letters(self, text: str) -> str:
        return ascii_text(text) if self.ascii else text

    def mixed(self, style: str, part: Part) -> str:
        return f"{style} {self.look.get(part, '')}".strip()

    def address(self, address: str, style: str) -> Iterator[Run]:
        """The address of a link in brackets; others than https are not shown."""
        if address.startswith("https://"):
            yield Run(" ", style)
            yield Run(self.letters(f"({address})"), self.look.get("address", ""))

    def words(self, text: str, style: str) -> Iterator[Run | Formula]:
        """Text with the places of formulas in it."""
        at = 0
        for match in PLACE.finditer(text):
            formula = self.found[ord(match[0]) - FIRST_PLACE]
            yield Run(self.letters(text[at : match.start()]), style)
            at = match.end()
            if formula.display:
                yield formula
            else:
                yield from self.formula(formula.tex, style)
        yield Run(self.letters(text[at:]), style)

    def formula(self, tex: str, style: str) -> Iterator[Run]:
        """A formula in the line: one word, unless it is spoken."""
        try:
            written = self.one_line(tex)
        except FormulaError:
            yield Run(self.letters(f"${tex}$"), self.look.get("code", ""), whole=True)
            return
        for run in emboldened(written, self.mixed(style, "formula")):
            yield Run(run.text, run.style, whole=not self.spoken)

    def display(self, tex: str, width: int) -> list[Line]:
        """A formula on lines of its own; if it is too wide even when broken, in the line form."""
        style = self.look.get("formula", "")
        inset = Run(" " * (INDENT if width >= 40 else 2))
        room = width - len(inset.text)
        try:
            made = None if self.spoken else block(tex, room, ascii=self.ascii, bold=True)
            if made is not None and made.width <= room:
                return [[inset, *emboldened(row.rstrip(), style)] if row.strip() else [] for row in made.lines]
            runs = [Run(run.text, run.style, whole=True) for run in emboldened(self.one_line(tex), style)]
        except FormulaError:
            runs = [Run(self.letters(f"$${tex}$$"), self.look.get("code", ""))]
        return [[inset, *row] for row in wrapped(runs, room)]

    def one_line(self, tex: str) -> str:
        if self.spoken:
            return spoken(tex)
        return ascii_line(tex) if self.ascii else line(tex, bold=True)


def emboldened(text: str, style: str) -> Line:
    """Mathematical bold letters as plain ones with the weight in the style."""
    found: Line = []
    at = 0
    for match in _BOLD.finditer(text):
        found += [Run(text[at : match.start()], style), Run(upright(match[0]), f"{style} bold".strip())]
        at = match.end()
    return [*found, Run(text[at:], style)]
