"""Formulas in a subset of TeX as blocks of text, as one line, in words, and in ASCII.

`parse` makes a tree of records; layout, line and speech read it. Unknown commands are errors with the nearest name.
"""

from __future__ import annotations

import unicodedata

from dltui.plot.formula.box import Block, over
from dltui.plot.formula.breaking import fitted
from dltui.plot.formula.layout import Setter
from dltui.plot.formula.letters import upright
from dltui.plot.formula.oneline import Line
from dltui.plot.formula.parse import parse
from dltui.plot.formula.spoken import speak
from dltui.plot.formula.tree import FormulaError
from dltui.plot.transcription import ascii_text

__all__ = ["Block", "FormulaError", "ascii_line", "block", "check", "line", "spoken", "upright"]


def block(tex: str, width: int | None = None, *, ascii: bool = False, bold: bool = False) -> Block:
    """The formula as a display, broken into several rows at relations and operations if it is wider than `width` cells.
    It stays wider where no break helps.

    `bold` keeps the letters of \\mathbf as mathematical bold letters, which few fonts have, for a caller that makes
    them bold in another way; without it they are plain. Raises FormulaError.
    """
    row = parse(tex)
    setter = Setter(ascii)
    made = setter.row(row.items) if width is None else fitted(row, width, setter)
    if ascii:
        return _in_ascii(made)
    return made if bold else Block(tuple(upright(text) for text in made.lines), made.baseline)


def line(tex: str, *, bold: bool = False) -> str:
    """The formula on one line with Unicode scripts where they exist and brackets wherever they are needed:
    `\\frac{1}{1+e^{-x}}` is 1/(1 + e⁻ˣ). Raises FormulaError.
    """
    written = unicodedata.normalize("NFC", Line().row(parse(tex).items))
    return written if bold else upright(written)


def ascii_line(tex: str) -> str:
    """The formula on one line in ASCII. Raises FormulaError."""
    return ascii_text(Line(ascii=True).row(parse(tex).items))


def spoken(tex: str) -> str:
    """The formula in words. Raises FormulaError."""
    return speak(parse(tex))


def check(tex: str) -> str | None:
    """What is wrong with a formula, in a sentence with the place and the nearest known name; None if nothing is."""
    try:
        parse(tex)
    except FormulaError as error:
        return str(error)
    return None


def _in_ascii(made: Block) -> Block:
    """Letters that have no ASCII sign of their own, from words or typed as they are."""
    if all(text.isascii() for text in made.lines):
        return made
    return over([Block((ascii_text(text.rstrip()),)) for text in made.lines], made.baseline, "l")
