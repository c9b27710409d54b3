"""A screen as SVG that looks the same everywhere: what terminals draw with special characters (blocks, braille, rules)
is drawn here as shapes, so that only letters depend on the fonts of whoever looks, and nothing comes from a network.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from rich.color import Color, blend_rgb
from rich.color_triplet import ColorTriplet
from rich.style import Style
from textual.strip import Strip

W, H, FONT, BASE = 8.4, 17.0, 14, 13.0
"""Cell width and height, font size, and the height of the base line in its cell, in pixels."""
MARGIN = 14
FAMILY = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"

RECTANGLES = {
    "▀": (0, 0, 1, 0.5), "█": (0, 0, 1, 1), "▌": (0, 0, 0.5, 1), "▐": (0.5, 0, 0.5, 1), "━": (0, 0.42, 1, 0.16),
    **{glyph: (0, 1 - part / 8, 1, part / 8) for part, glyph in enumerate("▁▂▃▄▅▆▇", 1)},
    **{glyph: (0, 0, part / 8, 1) for part, glyph in enumerate("▏▎▍", 1)},
    **{glyph: (0, 0, part / 8, 1) for part, glyph in enumerate("▋▊▉", 5)},
}  # fmt: skip
"""Left, top, width, height in parts of a cell."""
ARMS = {
    "─": "lr", "│": "ud", "┌": "rd", "┐": "ld", "└": "ur", "┘": "ul", "╭": "rd", "╮": "ld", "╯": "ul", "╰": "ur",
    "├": "udr", "┤": "udl", "┬": "lrd", "┴": "lru", "┼": "lrud",
}  # fmt: skip
"""Which of left, right, up and down the strokes of a rule reach from the middle of the cell."""
ENDS = {"l": (0, 0.5), "r": (1, 0.5), "u": (0.5, 0), "d": (0.5, 1)}
DISCS = {"●": (True, 0.26), "○": (False, 0.2)}
"""Filled or not, and the radius in cell heights."""
DOTS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))
"""Column and row of each bit of a braille character."""


@dataclass
class _Layers:
    """Path data by colour: all shapes of one colour become one element."""

    grounds: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    blocks: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    strokes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    dots: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    texts: list[str] = field(default_factory=list)


def svg(strips: Iterable[Strip], title: str, *, ink: str, ground: str) -> str:
    """The lines of a screen as an SVG document. `ink` and `ground`, such as "#10141a", where a cell has no colour."""
    layers, lines = _Layers(), list(strips)
    for y, strip in enumerate(lines):
        x = 0
        for segment in strip:
            front, back = _colours(segment.style or Style(), ink, ground)
            if back != ground:
                layers.grounds[back].append(_rectangle(x, y, (0, 0, segment.cell_length, 1)))
            if front != back:
                _draw(layers, segment.text, x, y, front, bool(segment.style and segment.style.bold))
            x += segment.cell_length
    return "".join(_document(layers, title, max(strip.cell_length for strip in lines), len(lines), ground))


def _colours(style: Style, ink: str, ground: str) -> tuple[str, str]:
    front, back = _hex(style.color, ink), _hex(style.bgcolor, ground)
    if style.reverse:
        front, back = back, front
    if style.dim:
        front = blend_rgb(_triplet(front), _triplet(back), 0.4).hex
    return front, back


def _hex(colour: Color | None, default: str) -> str:
    return default if colour is None or colour.is_default else colour.get_truecolor().hex


def _triplet(colour: str) -> ColorTriplet:
    return Color.parse(colour).get_truecolor()


def _draw(layers: _Layers, text: str, x: int, y: int, colour: str, bold: bool) -> None:
    for begin, piece in _pieces(text):
        at = x + begin
        if piece in RECTANGLES:
            layers.blocks[colour].append(_rectangle(at, y, RECTANGLES[piece]))
        elif piece in "░▒▓":
            layers.blocks[f"{colour}{64 * (1 + '░▒▓'.index(piece)):02x}"].append(_rectangle(at, y, (0, 0, 1, 1)))
        elif piece in ARMS:
            layers.strokes[colour] += [_arm(at, y, arm) for arm in ARMS[piece]]
        elif piece in DISCS:
            layers.texts.append(_disc(at, y, colour, *DISCS[piece]))
        elif "\u2800" <= piece <= "\u28ff":
            bits = ord(piece) - 0x2800
            layers.dots[colour] += [_dot(at, y, *DOTS[bit]) for bit in range(8) if bits >> bit & 1]
        else:
            weight = ' font-weight="bold"' if bold else ""
            length = f' textLength="{_n(len(piece) * W)}"' if len(piece) > 1 else ""
            layers.texts.append(f'<text x="{_n(at * W)}" y="{_n(y * H + BASE)}" fill="{colour}"{weight}{length}>'
                                f"{escape(piece)}</text>")


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Words with single blanks between them, in ASCII; any other character by itself, so that it moves no neighbour."""
    begin = 0
    for index, character in enumerate([*text, "\0"]):
        plain = " " < character <= "~" or (character == " " and index > begin and text[index + 1 : index + 2] > " ")
        if plain:
            continue
        if word := text[begin:index].rstrip():
            yield begin, word
        if character not in " \0":
            yield index, character
        begin = index + 1


def _rectangle(x: int, y: int, part: tuple[float, float, float, float]) -> str:
    left, top, width, height = part
    return f"M{_n((x + left) * W)} {_n((y + top) * H)}h{_n(width * W)}v{_n(height * H)}h{_n(-width * W)}z"


def _arm(x: int, y: int, arm: str) -> str:
    right, down = ENDS[arm]
    return f"M{_n((x + 0.5) * W)} {_n((y + 0.5) * H)}L{_n((x + right) * W)} {_n((y + down) * H)}"


def _dot(x: int, y: int, column: int, row: int) -> str:
    return f"M{_n((x + 0.25 + column / 2) * W)} {_n((y + 0.125 + row / 4) * H)}h0"


def _disc(x: int, y: int, colour: str, filled: bool, radius: float) -> str:
    paint = f'fill="{colour}"' if filled else f'fill="none" stroke="{colour}"'
    return f'<circle cx="{_n((x + 0.5) * W)}" cy="{_n((y + 0.5) * H)}" r="{_n(radius * H)}" {paint}/>'


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _document(layers: _Layers, title: str, width: int, height: int, ground: str) -> Iterator[str]:
    across, down = width * W + 2 * MARGIN, height * H + 2 * MARGIN
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(across)} {_n(down)}" role="img">\n'
           f"<title>{escape(title)}</title>\n"
           f'<rect width="100%" height="100%" rx="8" fill="{ground}"/>\n'
           f'<g transform="translate({MARGIN} {MARGIN})" font-family="{FAMILY}" font-size="{FONT}" '
           f'xml:space="preserve">\n')
    for shapes in (layers.grounds, layers.blocks):
        for colour, parts in shapes.items():
            yield f'<path fill="{colour}" shape-rendering="crispEdges" d="{"".join(parts)}"/>\n'
    for colour, parts in layers.strokes.items():
        yield f'<path stroke="{colour}" d="{"".join(parts)}"/>\n'
    for colour, parts in layers.dots.items():
        yield f'<path stroke="{colour}" stroke-width="3.1" stroke-linecap="round" d="{"".join(parts)}"/>\n'
    yield "\n".join(layers.texts)
    yield "\n</g>\n</svg>\n"
