"""A formula on one line. Brackets are added wherever the line alone would say something else than the formula."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from dltui.plot.formula.scripts import FRACTIONS, SUBSCRIPTS, SUPERSCRIPTS, VULGAR, mapped
from dltui.plot.formula.spacing import gaps, kind, kinds, run_together
from dltui.plot.formula.symbols import COMMANDS
from dltui.plot.formula.tree import (
    Accent,
    Brace,
    Fence,
    Fraction,
    Grid,
    Kind,
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

COMBINING = {
    "hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "vec": "\u20d7", "dot": "\u0307", "ddot": "\u0308",
    "overline": "\u0305", "underline": "\u0332",
}  # fmt: skip


class Line(Struct, frozen=True):
    """How a line is written."""

    ascii: bool = False

    def row(self, nodes: Sequence[Node], tight: bool = False) -> str:
        written = ""
        last: Node | None = None
        part = ""
        for index, gap in enumerate(gaps(nodes, tight=tight)):
            node = nodes[index]
            if isinstance(node, Space):
                continue
            before, part = part, self.part(nodes, index, tight)
            if isinstance(node, Fraction) and part.startswith("(") and isinstance(last, Symbol) and last.kind == "fn":
                gap = 0  # log(a/b)
            if gap == 1 and before in VULGAR and kind(node) in ("ord", "open"):
                gap = 0
            if gap == 0 and run_together(before, part) and last != COMMANDS["partial"]:
                gap = 1
            written += " " * gap + part
            last = node
        return written

    def part(self, nodes: Sequence[Node], index: int, tight: bool) -> str:
        """One node of a row; a fraction in brackets where its neighbours could be taken into it."""
        part = self.node(nodes[index], tight)
        if isinstance(nodes[index], Fraction) and "/" in part and _needs_brackets(part, nodes, index):
            return f"({part})"
        return part

    def node(self, node: Node, tight: bool = False) -> str:
        match node:
            case Symbol():
                return node.plain if self.ascii else node.glyph
            case Space():
                return " " * node.cells
            case Row():
                return self.row(node.items, tight)
            case Fraction():
                return self.fraction(node, tight)
            case Root():
                return self.root(node)
            case Scripts():
                return self.scripts(node, tight)
            case Accent():
                return self.accent(node)
            case Fence():
                return self.bracket(node.left) + self.row(node.body.items, tight) + self.bracket(node.right)
            case Grid():
                return self.grid(node)
            case Stack():
                return self.stack(node, tight)
            case Brace():
                label = "" if node.label is None else ": " + self.node(node.label)
                return f"({self.node(node.body)}{label})" if label else self.grouped(node.body)

    def bracket(self, symbol: Symbol | None) -> str:
        return "" if symbol is None else self.node(symbol)

    def grouped(self, node: Node, tight: bool = False) -> str:
        """In brackets unless it is one thing."""
        written = self.node(node, tight)
        return written if _one_thing(node) else f"({written})"

    def fraction(self, node: Fraction, tight: bool) -> str:
        top, bottom = self.node(node.top, tight), self.node(node.bottom, tight)
        if not self.ascii and (top, bottom) in FRACTIONS:
            return FRACTIONS[top, bottom]
        if not _product(node.top) and top not in VULGAR:
            top = f"({top})"
        if not (_one_thing(node.bottom) or bottom in VULGAR or _differential(node.top) and _differential(node.bottom)):
            bottom = f"({bottom})"
        return f"{top}/{bottom}"

    def root(self, node: Root) -> str:
        body = self.node(node.body)
        index = "" if node.index is None else self.node(node.index, tight=True)
        if self.ascii:
            return f"sqrt({body})" if not index else f"root({index}, {body})"
        small = mapped(index, SUPERSCRIPTS) if index else ""
        if small is None:
            return f"root({index}, {body})"
        return f"{small}√{body}" if one_sign(node.body) else f"{small}√({body})"

    def scripts(self, node: Scripts, tight: bool) -> str:
        base = self.node(node.base, tight)
        if is_compound(node):
            base = f"({base})"
        sub = "" if node.sub is None else self.script(node.sub, "_")
        sup = "" if node.sup is None else self.script(node.sup, "^")
        return base + sub + sup

    def script(self, node: Node, mark: str) -> str:
        written = self.node(node, tight=True)
        small = mapped(written, SUPERSCRIPTS if mark == "^" else SUBSCRIPTS)
        if small is not None and not self.ascii:
            return small
        if self.ascii and set(written) <= {"'"}:
            return written
        letters = mark == "_" and all(isinstance(item, Symbol) for item in items(core(node)))
        word = written.isalnum() and (letters or isinstance(core(node), Symbol))
        return f"{mark}{written}" if word or len(written) == 1 else f"{mark}({written})"

    def accent(self, node: Accent) -> str:
        body = core(node.body)
        written = self.node(body)
        long = node.name in ("overline", "underline")
        if self.ascii:
            return f"{written}_{node.name}" if written.isalnum() and not long else f"{node.name}({written})"
        if len(written) == 1 or isinstance(body, Accent):
            return written + COMBINING[node.name]
        if written.isalnum() and (long or node.name == "bar"):
            return "".join(character + COMBINING["underline" if node.name == "underline" else "overline"]
                           for character in written)  # fmt: skip
        return f"{node.name}({written})"

    def grid(self, node: Grid) -> str:
        rows = [", ".join(filter(None, (self.row(cell.items) for cell in row))) for row in node.rows]
        if node.name == "aligned":
            return ";  ".join(self.row([part for cell in row for part in cell.items]) for row in node.rows)
        left, right = node.left or "[", node.right or ("}" if node.left == "{" else "]")
        if self.ascii:
            left, right = left.replace("‖", "||"), right.replace("‖", "||")
        return f"{left}{'; '.join(rows)}{right}"

    def stack(self, node: Stack, tight: bool) -> str:
        base = self.node(node.base, tight)
        if node.stretch and node.over is not None:
            shaft, words = "-" if self.ascii else "─", self.node(node.over)
            left = base.startswith(("←", "<"))
            return f"{base[0]}{shaft}{words}{shaft}" if left else f"{shaft}{words}{shaft * self.ascii}{base[-1]}"
        over = "" if node.over is None else self.script(node.over, "^")
        under = "" if node.under is None else self.script(node.under, "_")
        return base + under + over


def _needs_brackets(written: str, nodes: Sequence[Node], index: int) -> bool:
    """Whether the fraction at `index` would say something else beside its neighbours. A factor before it may stay:
    η ∂E/∂w has one value however it is read.
    """
    classes = kinds(nodes)
    for step, borders in ((-1, ("rel", "punct", "open", "big")), (1, ("rel", "punct", "close"))):
        at = index + step
        while 0 <= at < len(nodes) and isinstance(nodes[at], Space):
            at += step
        if not 0 <= at < len(nodes) or classes[at] in borders:
            continue
        glyph = getattr(nodes[at], "glyph", "")
        factor = step < 0 and classes[at] == "ord" and glyph != "/" and written[0].isalpha() | (written[0] == "∂")
        if glyph not in _SAME_RANK and not factor:
            return True
    return False


_SAME_RANK = ("+", "−", "±", "∓", "·", "×")


def _one_thing(node: Node) -> bool:
    """A sign, a number, a name, brackets — with scripts or without: safe after a slash."""
    node = core(node)
    match node:
        case Symbol():
            return node.kind not in ("bin", "rel", "punct")
        case Scripts():
            return _one_thing(node.base)
        case Fence() | Accent() | Root() | Grid():
            return True
        case Row():
            return _call(node)
        case _:
            return False


def _call(row: Row) -> bool:
    """f(…), (…) or |…|: at most a name and one pair of brackets around all the rest."""
    parts = row.items
    bars = [index for index, part in enumerate(parts) if isinstance(part, Symbol) and part.glyph in ("|", "‖")]
    if bars and bars == [0, len(parts) - 1]:
        return True
    named = bool(parts) and kind(parts[0]) != "open" and _one_thing(parts[0])
    classes = kinds(parts)[named:]
    depth = 0
    for index, this in enumerate(classes):
        depth += (this == "open") - (this == "close")
        if depth <= 0:
            return 0 < index == len(classes) - 1
    return False


def _product(node: Node) -> bool:
    """Nothing but factors: safe before a slash."""
    node = core(node)
    if isinstance(node, Row):
        return _call(node) or not any(_outside(node.items, ("bin", "rel", "punct", "inner", "big", "fn")))
    return not isinstance(node, Fraction | Brace | Grid) and not (isinstance(node, Scripts) and _big(node))


def _outside(nodes: Sequence[Node], wanted: Sequence[Kind]) -> Iterator[bool]:
    """For each node outside brackets whether its class is one of those."""
    depth = 0
    for this in kinds(nodes):
        depth -= this == "close"
        yield depth <= 0 and this in wanted
        depth += this == "open"


def _big(node: Scripts) -> bool:
    base = core(node.base)
    return isinstance(base, Symbol) and base.kind in ("big", "fn")


def _differential(node: Node) -> bool:
    """∂w, d x, ∂²E: what stands in a derivative."""
    row = items(core(node))
    first = core(row[0].base if isinstance(row[0], Scripts) else row[0]) if row else None
    head = isinstance(first, Symbol) and first.glyph in ("∂", "d")
    return head and (len(row) == 1 or len(row) == 2 and _one_thing(row[1]))


def is_compound(node: Scripts) -> bool:
    """Whether the base needs brackets, so that the script does not seem to belong to its last sign alone."""
    base = core(node.base)
    if isinstance(base, Row):
        return len(base.items) > 1 and not _call(base)
    return isinstance(base, Fraction | Root) or isinstance(base, Scripts) and base.sup is not None


def one_sign(node: Node) -> bool:
    """A letter, number or name, perhaps with an accent and a subscript: what a root sign alone holds."""
    node = core(node)
    if isinstance(node, Scripts):
        return node.sup is None and one_sign(node.base)
    return isinstance(node, Symbol) or isinstance(node, Accent) and isinstance(core(node.body), Symbol)
