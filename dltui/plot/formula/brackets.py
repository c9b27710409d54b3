"""Brackets and braces as high or as wide as their content."""

from __future__ import annotations

from dltui.plot.formula.box import Block
from dltui.plot.formula.tree import Accent, Brace, Fence, Fraction, Grid, Node, Root, Row, Scripts, Stack, core

_TALL = {  # top, middle, bottom
    "(": "⎛⎜⎝", ")": "⎞⎟⎠", "[": "⎡⎢⎣", "]": "⎤⎥⎦", "⌊": "⎢⎢⎣", "⌋": "⎥⎥⎦", "⌈": "⎡⎢⎢", "⌉": "⎤⎥⎥",
    "|": "│││", "‖": "‖‖‖", "/": "╱╱╱",
}  # fmt: skip
_TALL_ASCII = {
    "(": "/|\\", ")": "\\|/", "[": "[[[", "]": "]]]", "⌊": "||[", "⌋": "||]", "⌈": "[||", "⌉": "]||", "|": "|||",
    "‖": "|||", "/": "///",
}  # fmt: skip
_POINTED = {"{": "⎧⎪⎨⎩", "}": "⎫⎪⎬⎭", "⟨": "╱│⟨╲", "⟩": "╲│⟩╱"}  # top, extension, point, bottom
_POINTED_ASCII = {"{": "/|<\\", "}": "\\|>/", "⟨": "/|<\\", "⟩": "\\|>/"}
_SINGLE_ASCII = {"⌊": "[", "⌋": "]", "⌈": "[", "⌉": "]", "‖": "||", "⟨": "<", "⟩": ">"}
POINTED = tuple(_POINTED)
"""Brackets that need three rows at least, or one."""


def grows(node: Node) -> bool:
    """Whether brackets around the node stretch: for fractions, limits and matrices, not for mere scripts."""
    match core(node):
        case Fraction(size=size):
            return size != "small"
        case Grid() | Stack() | Brace():
            return True
        case Scripts(base=base, limits=limits):
            return limits or grows(base)
        case Row(items=parts):
            return any(map(grows, parts))
        case Fence(body=body) | Accent(body=body) | Root(body=body):
            return grows(body)
        case _:
            return False


def bracket(glyph: str, height: int, baseline: int, *, ascii: bool = False) -> Block:
    """One bracket of that many rows."""
    if height == 1:
        return Block((_SINGLE_ASCII.get(glyph, glyph) if ascii else glyph,))
    pointed, tall = (_POINTED_ASCII, _TALL_ASCII) if ascii else (_POINTED, _TALL)
    if glyph in pointed:
        top, middle, point, bottom = list(pointed[glyph])
        rows = [top, *[middle] * (height - 2), bottom]
        if height > 2:
            rows[min(max(baseline, 1), height - 2)] = point
    else:
        top, middle, bottom = list(tall[glyph])
        rows = [top, *[middle] * (height - 2), bottom]
    return Block(tuple(rows), baseline)


def brace(width: int, *, over: bool, ascii: bool = False) -> str:
    """A brace of that many cells, lying."""
    if width == 1:
        return "|" if ascii else "│"
    left, right, join, bar = list("╭╮┴─" if over else "╰╯┬─")
    if ascii:
        left, right, join, bar = list("/\\^-" if over else "\\/v-")
    if width == 2:
        return left + right
    half = (width - 3) // 2
    return left + bar * half + join + bar * (width - 3 - half) + right


def radical(roof: Block, ascii: bool) -> Block:
    """A root sign as high as what is under it; the row of the roof itself stays empty."""
    rise, fall = ("/", "\\") if ascii else ("╱", "╲")
    count = roof.height - 1
    rows = [" " * (count + 1)] + [" " * (count - row) + rise + " " * row for row in range(count)]
    rows[-1] = fall + rows[-1][1:]
    return Block(tuple(rows), roof.baseline)


def arrow(glyph: str, width: int, ascii: bool) -> str:
    left = glyph.startswith(("←", "<"))
    line, head = ("-", "<" if left else ">") if ascii else ("─", "←" if left else "→")
    return head + line * (width - 1) if left else line * (width - 1) + head
