"""Cell grids: what every drawing of this room returns, and what a screen, a plain terminal or a test reads.

A grid keeps its characters and its styles in two lists per row: comparing two frames is then a comparison of lists
whose items are mostly the same objects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import groupby

from rich.cells import get_character_cell_size
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

SGR = re.compile(r"\x1b\[([0-9;]*)m")
PLAIN = Style()


class Grid:
    """`height` rows of `width` cells. The right half of a double-width character is the empty string."""

    __slots__ = ("chars", "height", "styles", "width")

    def __init__(self, width: int, height: int) -> None:
        self.width = max(0, width)
        self.height = max(0, height)
        self.chars: list[list[str]] = [[" "] * self.width for _ in range(self.height)]
        self.styles: list[list[Style | None]] = [[None] * self.width for _ in range(self.height)]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Grid) and self.chars == other.chars and self.styles == other.styles

    def put(self, x: int, y: int, text: str, style: Style | None = None) -> int:
        """Write one line of text from cell (x, y); what lies outside is cut off. Returns the column after the text.

        What cannot be printed (escapes, line ends, direction marks) becomes `?`, so that no label can leave its cells.
        """
        for char, size in _sized(text):
            if size == 0:
                self._combine(x - 1, y, char)
            else:
                self._set(x, y, char, size, style)
            x += size
        return x

    def paint(self, x: int, y: int, style: Style) -> None:
        """Lay a style over one cell: what it does not set stays."""
        if 0 <= y < self.height and 0 <= x < self.width:
            old = self.styles[y][x]
            self.styles[y][x] = style if old is None else old + style

    def paste(self, other: Grid, x: int, y: int) -> None:
        """Copy another grid so that its top left cell comes to (x, y); what lies outside is cut off."""
        left, right = max(0, -x), min(other.width, self.width - x)
        if left >= right:
            return
        for row in range(max(0, -y), min(other.height, self.height - y)):
            self.chars[y + row][x + left : x + right] = other.chars[row][left:right]
            self.styles[y + row][x + left : x + right] = other.styles[row][left:right]

    def _set(self, x: int, y: int, char: str, size: int, style: Style | None) -> None:
        if not (0 <= y < self.height and 0 <= x < self.width):
            return
        row = self.chars[y]
        if row[x] == "" and x > 0:  # the left half of what stood here loses its other half
            row[x - 1] = " "
        end = x + size
        if end < self.width and row[end] == "":
            row[end] = " "
        if end > self.width:
            char, size = " ", 1
        row[x] = char
        self.styles[y][x] = style
        if size == 2:
            row[x + 1] = ""
            self.styles[y][x + 1] = style

    def _combine(self, x: int, y: int, mark: str) -> None:
        if not (0 <= y < self.height and 0 <= x < self.width):
            return
        if self.chars[y][x] == "" and x > 0:
            x -= 1
        if len(self.chars[y][x]) < 4:  # a tower of accents is no label
            self.chars[y][x] += mark


def text_width(text: str) -> int:
    """Cells that `Grid.put` will use."""
    return len(text) if text.isascii() else sum(size for _, size in _sized(text))


def shortened(text: str, width: int, ascii: bool = False) -> str:
    """Cut to `width` cells, the end replaced by `…` (ASCII: `~`)."""
    if text_width(text) <= width:
        return text
    kept, used = "", 0
    for char, size in _sized(text):
        if used + size > width - 1:
            break
        kept += char
        used += size
    return (kept + ("~" if ascii else "…")) if width > 0 else ""


def from_sgr(text: str, width: int, height: int, styles: Mapping[str, Style] | None = None) -> Grid:
    """A grid from text with SGR codes, as chart libraries print it: plain single-width characters, one row per line.

    `styles` says what a code such as `38;5;17` shall mean; other codes are read as colours and attributes.
    """
    grid = Grid(width, height)
    known = styles or {}
    style: Style | None = None
    for y, line in enumerate(text.split("\n")[:height]):
        parts = SGR.split(line)
        x = 0
        for index, part in enumerate(parts):
            if index % 2:
                style = known[part] if part in known else _sgr_style(part, style)
            elif part:
                end = min(width, x + len(part))
                grid.chars[y][x:end] = part[: end - x]
                if style is not None:
                    grid.styles[y][x:end] = [style] * (end - x)
                x = end
    return grid


def segments(grid: Grid, y: int) -> list[Segment]:
    """One row for the screen, runs of one style merged."""
    chars = iter(grid.chars[y])
    found = []
    for style, run in groupby(grid.styles[y]):
        found.append(Segment("".join(next(chars) for _ in run), style))
    return found


def changed(old: Grid | None, new: Grid, gap: int = 12) -> list[tuple[int, int, int]]:
    """Spans (x, y, width) in which two frames differ. Spans of one row up to `gap` cells apart are joined: moving the
    cursor costs about as many bytes as writing them again. With no old frame, or one of another size: every row."""
    if old is None or (old.width, old.height) != (new.width, new.height):
        return [(0, y, new.width) for y in range(new.height)] if new.width else []
    return [(x, y, end - x) for y in range(new.height) for x, end in _row_spans(old, new, y, gap)]


def to_text(grid: Grid) -> str:
    """Plain text, without the spaces at the ends of rows."""
    return "\n".join("".join(row).rstrip() for row in grid.chars)


def to_rich(grid: Grid) -> Text:
    text = Text(no_wrap=True, end="")
    for y in range(grid.height):
        for segment in segments(grid, y):
            text.append(segment.text, segment.style)
        if y < grid.height - 1:
            text.append("\n")
    return text


def _row_spans(old: Grid, new: Grid, y: int, gap: int) -> Iterator[tuple[int, int]]:
    chars, styles, old_chars, old_styles = new.chars[y], new.styles[y], old.chars[y], old.styles[y]
    if chars == old_chars and styles == old_styles:
        return
    start = end = -1
    for x in range(new.width):
        if chars[x] == old_chars[x] and (styles[x] is old_styles[x] or styles[x] == old_styles[x]):
            continue
        if start < 0:
            start = x
        elif x - end > gap:
            yield _whole(chars, old_chars, start, end)
            start = x
        end = x + 1
    yield _whole(chars, old_chars, start, end)


def _whole(chars: list[str], old_chars: list[str], start: int, end: int) -> tuple[int, int]:
    """A double-width character is written as a whole."""
    while start > 0 and "" in (chars[start], old_chars[start]):
        start -= 1
    while end < len(chars) and "" in (chars[end], old_chars[end]):
        end += 1
    return start, end


def _sized(text: str) -> Iterator[tuple[str, int]]:
    for char in text:
        if char == " " or char.isprintable():
            yield char, 1 if char.isascii() else get_character_cell_size(char)
        else:
            yield "?", 1


@lru_cache(maxsize=256)
def _sgr_style(codes: str, before: Style | None) -> Style | None:
    style = before or PLAIN
    numbers = [int(code or 0) for code in codes.split(";")]
    while numbers:
        code = numbers.pop(0)
        if code == 0:
            style = PLAIN
        elif code in (38, 48) and len(numbers) >= 2:
            name = _extended_colour(numbers)
            style += Style(color=name) if code == 38 else Style(bgcolor=name)
        elif 30 <= code <= 37 or 90 <= code <= 97:
            style += Style(color=f"color({code - 30 if code < 40 else code - 82})")
        elif 40 <= code <= 47 or 100 <= code <= 107:
            style += Style(bgcolor=f"color({code - 40 if code < 50 else code - 92})")
        elif code in (1, 2, 4, 7):
            style += Style(bold=code == 1 or None, dim=code == 2 or None, underline=code == 4 or None,
                           reverse=code == 7 or None)
    return None if style == PLAIN else style


def _extended_colour(numbers: list[int]) -> str:
    """Takes `5;n` or `2;r;g;b` off the front of the numbers."""
    if numbers.pop(0) == 5:
        return f"color({min(255, numbers.pop(0))})"
    red, green, blue = ([min(255, part) for part in numbers[:3]] + [0, 0, 0])[:3]
    del numbers[:3]
    return f"rgb({red},{green},{blue})"
