"""Formulas as MathML, which browsers set themselves and screen readers read."""

from __future__ import annotations

from html import escape
from typing import assert_never

from dltui.plot.formula import FormulaError, spoken
from dltui.plot.formula.parse import parse
from dltui.plot.formula.tree import Accent, Brace, Fence, Fraction, Grid, Node, Root, Row, Scripts, Space, Stack, Symbol

ACCENTS = {"hat": "^", "bar": "¯", "tilde": "~", "vec": "→", "dot": "˙", "ddot": "¨", "overline": "¯",
           "underline": "_"}  # fmt: skip
CELL = 0.3
"""Width of a space of one cell, in em."""


def mathml(tex: str, display: bool) -> str:
    """A `math` element; the formula as it was written, as code, where it cannot be read."""
    try:
        body, words = _node(parse(tex)), spoken(tex)
    except FormulaError:
        return f"<code>{escape(tex)}</code>"
    form = ' display="block"' if display else ""
    return f'<math{form} alttext="{escape(words)}">{body}</math>'


def _node(node: Node) -> str:
    match node:
        case Symbol():
            return _symbol(node)
        case Space(cells=cells):
            return f'<mspace width="{cells * CELL:.1f}em"/>'
        case Row(items=items):
            return f"<mrow>{''.join(map(_node, items))}</mrow>"
        case Fraction(top=top, bottom=bottom):
            return f"<mfrac>{_node(top)}{_node(bottom)}</mfrac>"
        case Root(body=body, index=None):
            return f"<msqrt>{_node(body)}</msqrt>"
        case Root(body=body, index=index):
            return f"<mroot>{_node(body)}{_node(index) if index is not None else ''}</mroot>"
        case Scripts(base=base, sub=sub, sup=sup, limits=limits):
            return _around(base, sub, sup, ("under", "over") if limits else ("sub", "sup"))
        case Accent(name=name, body=body):
            mark = f'<mo stretchy="{"true" if "line" in name else "false"}">{ACCENTS[name]}</mo>'
            element = "munder" if name == "underline" else "mover"
            return f'<{element} accent="true">{_node(body)}{mark}</{element}>'
        case Fence(left=left, body=body, right=right):
            return f"<mrow>{_bracket(left)}{_node(body)}{_bracket(right)}</mrow>"
        case Grid():
            return _grid(node)
        case Stack(base=base, over=over, under=under):
            return _around(base, under, over, ("under", "over"))
        case Brace(body=body, label=label, over=over):
            return _brace(body, label, over)
        case _:
            assert_never(node)


def _symbol(symbol: Symbol) -> str:
    glyph = escape(symbol.glyph)
    if symbol.kind == "ord":
        if symbol.glyph.replace(".", "").isdigit():
            return f"<mn>{glyph}</mn>"
        if len(symbol.glyph) > 1 and (" " in symbol.glyph or symbol.glyph.isascii()):
            return f"<mtext>{glyph}</mtext>"
        return f"<mi>{glyph}</mi>" if symbol.glyph.isalpha() else f"<mo>{glyph}</mo>"
    if symbol.kind == "fn":
        return f"<mi>{glyph}</mi>"
    stretchy = ' stretchy="false"' if symbol.kind in ("open", "close") else ""
    return f"<mo{stretchy}>{glyph}</mo>"


def _around(base: Node, low: Node | None, high: Node | None, where: tuple[str, str]) -> str:
    """`msub`, `msup`, `msubsup`, or the same under and over."""
    element = "m" + where[0] * (low is not None) + where[1] * (high is not None)
    if element == "m":
        return _node(base)
    parts = "".join(_node(part) for part in (base, low, high) if part is not None)
    return f"<{element}>{parts}</{element}>"


def _bracket(symbol: Symbol | None) -> str:
    return f'<mo stretchy="true">{escape(symbol.glyph)}</mo>' if symbol is not None else ""


def _grid(grid: Grid) -> str:
    align = {"cases": "left", "aligned": "left", "matrix": "center"}[grid.name]
    rows = "".join(f"<mtr>{''.join(f'<mtd>{_node(cell)}</mtd>' for cell in row)}</mtr>" for row in grid.rows)
    sides = [f'<mo stretchy="true">{escape(side)}</mo>' if side else "" for side in (grid.left, grid.right)]
    return f'<mrow>{sides[0]}<mtable columnalign="{align}">{rows}</mtable>{sides[1]}</mrow>'


def _brace(body: Node, label: Node | None, over: bool) -> str:
    element, mark = ("mover", "⏞") if over else ("munder", "⏟")
    made = f'<{element}>{_node(body)}<mo stretchy="true">{mark}</mo></{element}>'
    return f"<{element}>{made}{_node(label)}</{element}>" if label is not None else made
