"""What terminals without colours, or with ASCII characters alone, get instead: line by line, after all is drawn."""

from __future__ import annotations

from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from dltui.plot.transcription import ascii_text

MARKS = str.maketrans({
    char: ascii for chars, ascii in (
        ("─━═╌┄╴╶▁▔‾⎺⎽↔", "-"), ("│┃║╎┆╵╷▏▕▎▊┊↕", "|"), ("┌┐└┘├┤┬┴┼╭╮╰╯╔╗╚╝╠╣╦╩╬┏┓┗┛✓✔±⊕", "+"),
        ("█▀▄▌▐▂▃▅▆▇▉▋▍■▲◆▼▓▘▝▖▗≠", "#"), ("▒░", ":"), ("□△◇▽○◐⊙", "o"), ("╳✕✗✘⊗", "x"), ("‖", "="), ("…", "."),
        ("↑⏎↵", "^"), ("↓", "v"), ("→▶›≥", ">"), ("←◀‹≤", "<"), ("≈", "~"), ("∞", "8"), ("∑", "S"), ("∂", "d"),
        ("╱½√", "/"), ("╲", "\\"), ("⌊⌈", "["), ("⌋⌉", "]"),
    ) for char in chars
})
"""What is drawn rather than written: one character for one."""
BLANK = "\u2800"


class Ascii(LineFilter):
    """Every cell keeps its place, so that nothing moves: whoever can spell a sign out has done so already."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [segment if segment.text.isascii() else Segment(in_cells(segment.text), segment.style, segment.control)
                for segment in segments]


@lru_cache(maxsize=2048)
def in_cells(text: str) -> str:
    """ASCII of the same width, cell by cell."""
    return "".join(char if char.isascii() else _cell(char) for char in text.translate(MARKS))


def _cell(char: str) -> str:
    width = cell_len(char)
    if not width:
        return ""
    if 0x2800 <= ord(char) <= 0x28FF:
        return " " if char == BLANK else "."
    return ascii_text(char).lstrip("^")[:1].ljust(width)


class Colourless(LineFilter):
    """No colour at all, not even the terminal's own by name. What stands out by its background is shown in reverse."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [Segment(text, style and bare(style), control) for text, style, control in segments]


@lru_cache(maxsize=2048)
def bare(style: Style) -> Style:
    ground = style.bgcolor
    marked = ground is not None and not ground.is_default
    return style.without_color + Style(reverse=marked != bool(style.reverse))
