"""Tree -> block of text."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from dltui.plot.formula.box import EMPTY, Block, beside, over, text, widened, with_scripts
from dltui.plot.formula.brackets import POINTED, arrow, brace, bracket, grows, radical
from dltui.plot.formula.columns import alignment, column_gap, stacked
from dltui.plot.formula.kerning import crowded, kerned
from dltui.plot.formula.oneline import COMBINING, Line, is_compound, one_sign
from dltui.plot.formula.scripts import FRACTIONS, SUBSCRIPTS, SUPERSCRIPTS, VULGAR, mapped
from dltui.plot.formula.spacing import gaps, kind, run_together
from dltui.plot.formula.symbols import CHARACTERS
from dltui.plot.formula.tree import (
    Accent,
    Brace,
    Fence,
    Fraction,
    Grid,
    Node,
    Root,
    Row,
    Scripts,
    Space,
    Stack,
    Symbol,
    core,
    items,
)

BARE_ROOT = 4
"""Cells of one sign under a root that needs no roof."""
LONGEST_SMALL = 5
"""More small characters than this are hard to read: a row of their own is better."""
_ASCII_ACCENTS = {"hat": "^", "bar": "_", "tilde": "~", "vec": "->", "dot": ".", "ddot": "..", "overline": "_"}
_ACCENTS = {"hat": "^", "bar": "_", "tilde": "~", "vec": "→", "dot": "·", "ddot": "··", "overline": "_"}


class Setter(Struct, frozen=True):
    """Sets nodes as blocks. Displays put limits above and below; scripts are tight and hold their fractions with a
    slash.
    """

    ascii: bool = False
    display: bool = True
    script: bool = False

    def row(self, nodes: Sequence[Node], *, continued: bool = False) -> Block:
        parts: list[Block] = []
        last = ""
        for index, gap in enumerate(gaps(nodes, tight=self.script, continued=continued)):
            node = nodes[index]
            if isinstance(node, Space):
                continue
            block = text(Line(self.ascii).part(nodes, index, self.script)) if self.slashed(node) else self.node(node)
            edge = block.lines[block.baseline]
            gap = self.adjusted(gap, node, last, edge)
            if parts and self.towers(nodes[index - 1], node) and crowded(parts[-1], gap, block):
                gap += 1
            if parts and (parts[-1].overhang[1] > 1 or block.overhang[0] > 1):
                parts = kerned(parts, gap, block)
            else:
                parts += [text(" " * gap)] * (gap > 0) + [block]
            last = edge or last
        return beside(parts)

    @staticmethod
    def adjusted(gap: int, node: Node, left: str, right: str) -> int:
        """The gap before a node, given what stands on the line left and right of it."""
        if gap == 0 and left and _clash(left, right):
            return 1
        return 0 if gap == 1 and left in VULGAR and kind(node) in ("ord", "open") else gap

    def towers(self, left: Node, right: Node) -> bool:
        """Whether two neighbours both have rows above and below, one of them a fraction."""
        bars = self.barred(left) + self.barred(right)
        return bars == 2 or bars == 1 and (self.limited(left) or self.limited(right))

    def barred(self, node: Node) -> bool:
        return isinstance(node, Fraction) and not self.slashed(node)

    def limited(self, node: Node) -> bool:
        """Whether scripts go above and below: in a display, and elsewhere if they need rows of their own anyway."""
        if not isinstance(node, Scripts) or not node.limits or self.script:
            return False
        sub, sup = (part is None or self.script_block(part, table)[1] for part, table in _tables(node))
        return self.display or not (sub and sup)

    def node(self, node: Node) -> Block:
        match node:
            case Symbol():
                return text(node.plain if self.ascii else node.glyph)
            case Space():
                return text(" " * node.cells)
            case Row():
                return self.row(node.items)
            case Fraction():
                return self.fraction(node)
            case Root():
                return self.root(node)
            case Scripts():
                return self.limits(node) if self.limited(node) else self.scripts(node)
            case Accent():
                return self.accent(node)
            case Fence():
                return self.fence(node)
            case Grid():
                return self.grid(node)
            case Stack():
                return self.stack(node)
            case Brace():
                return self.brace(node)

    @property
    def inner(self) -> Setter:
        """For the parts of a fraction and the cells of a matrix."""
        return replace(self, display=False)

    @property
    def small(self) -> Setter:
        return replace(self, display=False, script=True)

    def slashed(self, node: Node) -> bool:
        """Whether a node is a fraction that is set with a slash: always in scripts, ½ inside fractions."""
        if not isinstance(node, Fraction) or node.size == "display":
            return False
        return node.size == "small" or self.script or not self.display and _vulgar(node)

    def fraction(self, node: Fraction) -> Block:
        if self.slashed(node):
            return text(Line(self.ascii).fraction(node, tight=self.script))
        inside = self if node.size == "display" else self.inner
        top, bottom = inside.node(node.top), inside.node(node.bottom)
        width = max(top.width, bottom.width)
        if any(_touches(block, width) for block in (top, bottom)):
            width += 2
        bar = text(("-" if self.ascii else "─") * width)
        return over([top, bar, bottom], 1)

    def root(self, node: Root) -> Block:
        body = self.node(node.body)
        index = "" if node.index is None else Line(self.ascii).node(node.index, tight=True)
        if not self.ascii and index:
            index = mapped(index, SUPERSCRIPTS) or index
        if body.height > 1:
            roof = over([text("_" * (body.width + 2)), body], 1)
            return beside([text(index), radical(roof, self.ascii), roof])
        sign = "\\/" if self.ascii else "√"
        if not (one_sign(node.body) and body.width <= BARE_ROOT and not self.ascii):
            body = over([text("_" * body.width), body], 1)
        return beside([text(index + sign), body])

    def scripts(self, node: Scripts) -> Block:
        base = self.node(node.base)
        if is_compound(node):
            base = self.bracketed(base, CHARACTERS["("], CHARACTERS[")"], node.base)
        sub, sup = (None if part is None else self.script_block(part, table) for part, table in _tables(node))
        return with_scripts(base, sub, sup)

    def script_block(self, node: Node, table: Mapping[str, str]) -> tuple[Block, bool]:
        """The script, and whether it sits on the line of its base as small characters."""
        block = self.small.node(node)
        short = block.height == 1 and block.width <= LONGEST_SMALL and not self.script_inside(node)
        small = mapped(block.lines[0], table) if short else None
        if small is not None and not self.ascii:
            return text(small), True
        if self.ascii and block.lines in (("'",), ("''",), ("'''",)):
            return block, True
        return block, False

    @staticmethod
    def script_inside(node: Node) -> bool:
        return any(isinstance(item, Scripts | Fraction) for item in items(core(node)))

    def limits(self, node: Scripts) -> Block:
        base = self.node(node.base)
        parts = [] if node.sup is None else [self.small.node(node.sup)]
        place = len(parts)
        parts.append(base)
        if node.sub is not None:
            parts.append(self.small.node(node.sub))
        return _overhanging(parts, place)

    def accent(self, node: Accent) -> Block:
        body = self.node(node.body)
        written = body.lines[0]
        if node.name == "underline":
            return over([body, text(("-" if self.ascii else "‾") * body.width)], 0)
        if not self.ascii and body.height == 1 and body.width == 1 and node.name != "vec":
            return text(unicodedata.normalize("NFC", written + COMBINING[node.name]))
        mark = (_ASCII_ACCENTS if self.ascii else _ACCENTS)[node.name]
        if node.name in ("bar", "overline"):
            mark *= body.width
        return over([text(mark), body], 1)

    def fence(self, node: Fence) -> Block:
        return self.bracketed(self.row(node.body.items), node.left, node.right, node.body)

    def bracketed(self, body: Block, left: Symbol | None, right: Symbol | None, node: Node) -> Block:
        """The body between brackets that grow with it if `node`, from which it was made, is tall."""
        height, baseline = (body.height, body.baseline) if grows(node) else (1, 0)
        sides = (
            EMPTY if symbol is None else bracket(symbol.glyph, height, baseline, ascii=self.ascii)
            for symbol in (left, right)
        )
        opening, closing = sides
        return beside([opening, body, closing])

    def grid(self, node: Grid) -> Block:
        setter = self if node.name == "aligned" else self.inner
        rows = [[setter.cell(cell, node.name == "aligned" and place % 2 == 1) for place, cell in enumerate(row)]
                for row in node.rows]  # fmt: skip
        widths = [max(cell.width for cell in column) for column in zip(*rows, strict=True)]
        lines = [self.grid_line(node, row, widths) for row in rows]
        body = stacked(lines, pointed=node.left in POINTED)
        if node.left or node.right:
            body = beside([text(" "), body, text(" " if node.right else "")])
        left, right = (
            bracket(glyph, body.height, body.baseline, ascii=self.ascii) if glyph else EMPTY
            for glyph in (node.left, node.right)
        )
        return beside([left, body, right])

    @staticmethod
    def grid_line(node: Grid, row: Sequence[Block], widths: Sequence[int]) -> Block:
        parts: list[Block] = []
        for place, (cell, width) in enumerate(zip(row, widths, strict=True)):
            parts += [text(" " * column_gap(node, place)), widened(cell, width, alignment(node, place))]
        return beside(parts)

    def cell(self, cell: Row, continued: bool) -> Block:
        """A cell after & goes on from the one before it: its first relation has its spaces."""
        block = self.row(cell.items, continued=continued)
        first = cell.items[0] if cell.items else None
        if continued and isinstance(first, Symbol) and first.kind in ("rel", "bin"):
            return beside([text(" "), block])
        return block

    def stack(self, node: Stack) -> Block:
        over_block = None if node.over is None else self.small.node(node.over)
        under = None if node.under is None else self.small.node(node.under)
        base = self.node(node.base)
        if node.stretch and over_block is not None:
            base = text(arrow(base.lines[0], over_block.width + 2, self.ascii))
        parts = [block for block in (over_block, base, under) if block is not None]
        return _overhanging(parts, 0 if over_block is None else 1)

    def brace(self, node: Brace) -> Block:
        body = self.node(node.body)
        mark = text(brace(body.width, over=node.over, ascii=self.ascii))
        label = EMPTY if node.label is None else self.small.node(node.label)
        parts = [body, mark, label] if not node.over else [label, mark, body]
        if node.label is None:
            parts.remove(label)
        return _overhanging(parts, len(parts) - 1 if node.over else 0)


def _overhanging(parts: Sequence[Block], base: int) -> Block:
    """The parts under one another; neighbours may use what is free beside the base."""
    made = over(parts, base)
    free = made.width - parts[base].width
    return replace(made, overhang=(free // 2, free - free // 2))


def _vulgar(node: Fraction) -> bool:
    """Whether there is one character for the fraction."""
    top, bottom = core(node.top), core(node.bottom)
    return isinstance(top, Symbol) and isinstance(bottom, Symbol) and (top.glyph, bottom.glyph) in FRACTIONS


def _tables(node: Scripts) -> tuple[tuple[Node | None, Mapping[str, str]], tuple[Node | None, Mapping[str, str]]]:
    """Subscript and superscript with their small characters."""
    return (node.sub, SUBSCRIPTS), (node.sup, SUPERSCRIPTS)


def _clash(left: str, right: str) -> bool:
    """Whether two strings side by side would read as one thing: a word, or a minus and the bar of a fraction."""
    return run_together(left, right) or left[-1] in "−-" and right[:1] in ("─", "-")


def _touches(block: Block, width: int) -> bool:
    """Whether a fraction bar of that width would end where a bar inside this part ends."""
    return block.height > 1 and block.width == width and any(
        edge in "─-" for line in block.lines for edge in (line[:1], line[-1:]) if edge
    )  # fmt: skip

