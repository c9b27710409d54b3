"""The rows above a picture: the name of y, the title, the legend, in as few rows as leave all of them whole.

```
loss  Vanishing gradients      ● relu 1.500  ▲ tanh 0.693      <- wide

Vanishing gradients                                            <- narrow: rows of their own, y over its axis
loss  ● relu 1.500
      ▲ tanh 0.693
```
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rich.style import Style

from dltui.plot.cells import text_width
from dltui.plot.names import middle_cut
from dltui.plot.palette import Theme, role_style
from dltui.plot.transcription import ascii_text

Piece = tuple[str, Style | None]
Entry = tuple[Piece, ...]
"""What stays together in a legend."""
Row = list[tuple[int, str, Style | None]]
"""Columns and what stands from there on."""
GAP = 2


@dataclass(frozen=True)
class Words:
    y_name: str = ""
    title: str = ""
    legend: tuple[Entry, ...] = ()
    theme: Theme = "dark"
    ascii: bool = False

    def __bool__(self) -> bool:
        return bool(self.y_name or self.title or self.legend)

    def plain(self) -> Words:
        """For ASCII if that is asked for."""
        if not self.ascii:
            return self
        legend = tuple(tuple((ascii_text(text), style) for text, style in entry) for entry in self.legend)
        return Words(ascii_text(self.y_name), ascii_text(self.title), legend, self.theme, True)


def most_rows(height: int) -> int:
    """How many rows of a picture may be words: more than half of it stay for the data."""
    return 0 if height < 4 else min(4, max(1, (height - 1) // 3))


def laid_out(words: Words, rows: int, width: int, left: int) -> list[Row] | None:
    """All words in that many rows or fewer, nothing cut, or None. left: the column where the area begins."""
    if not words:
        return []
    return _together(words, rows, width, left) or _together(words, rows, width, 0) or _apart(words, rows, width, left)


def cut(words: Words, rows: int, width: int, left: int) -> list[Row]:
    """What fits: a title short of its middle, then whole entries of the legend; half a number would be another one."""
    if rows <= 0:
        return []
    title = role_style("title", words.theme)
    if words.title and rows > 1:
        place = left if text_width(words.title) <= width - left else 0
        first: Row = [(place, middle_cut(words.title, width - place, words.ascii), title)]
        return [first, *_flow(words, rows - 1, width, left)[0]]
    if not words.title:
        return _flow(words, rows, width, left)[0]
    row, start = _named(words, width, left)
    return [[*row, (start, middle_cut(words.title, width - start, words.ascii), title)]]


def _named(words: Words, width: int, left: int) -> tuple[Row, int]:
    """The name of y, which ends over the axis if it is short, and the column where other words may begin."""
    if not words.y_name:
        return [], left
    name = middle_cut(words.y_name, width, words.ascii)
    place = max(0, left - max(1, text_width(name)))
    return [(place, name, role_style("name", words.theme))], max(left, place + text_width(name) + GAP)


def _together(words: Words, rows: int, width: int, left: int) -> list[Row] | None:
    """Name and title in one row; the legend at its right end or in rows below."""
    row, start = _named(words, width, left)
    end = start + text_width(words.title)
    long = sum(map(_size, words.legend)) + GAP * (len(words.legend) - 1)
    if rows < 1 or text_width(words.y_name) > width or words.title and end > width:
        return None
    if words.title:
        row.append((start, words.title, role_style("title", words.theme)))
    if not words.legend:
        return [row]
    if (end + GAP if words.title else start) + long <= width:
        _put(row, words.legend, width - long)
        return [row]
    if not words.title:
        return None
    below, whole = _flow(Words("", "", words.legend), rows - 1, width, left)
    return [row, *below] if whole else None


def _apart(words: Words, rows: int, width: int, left: int) -> list[Row] | None:
    """Rows for the title alone; the name of y begins the legend, right above its axis."""
    place = left if text_width(words.title) <= width - left else 0
    lines = _wrapped(words.title, width - place)
    if any(text_width(line) > width - place for line in lines):
        return None
    above: list[Row] = [[(place, line, role_style("title", words.theme))] for line in lines]
    below, whole = _flow(words, rows - len(above), width, left)
    return above + below if whole else None


def _flow(words: Words, rows: int, width: int, left: int) -> tuple[list[Row], bool]:
    """The name of y and the legend in at most so many rows, and whether that is all of them."""
    row, x = _named(words, width, left)
    found: list[Row] = [row] if rows > 0 and (row or words.legend) else []
    if not found:
        return [], not (row or words.legend)
    for place, entry in enumerate(words.legend):
        size = _size(entry)
        fresh = left if left + size <= width else 0
        if x + size > width and (found[-1] or x > fresh):
            if len(found) == rows:
                return _more(found, words, place, width), False
            found.append([])
            x = fresh
        if x + size > width:
            return _more(found, words, place, width), False
        x = _put(found[-1], (entry,), x)
    return found, text_width(words.y_name) <= width


def _more(found: list[Row], words: Words, place: int, width: int) -> list[Row]:
    """`…` for the entries from this place on."""
    last = found[-1]
    end = max((x + text_width(text) for x, text, _ in last), default=0)
    if end + 1 < width:
        last.append((end + 1, "~" if words.ascii else "…", words.legend[place][0][1]))
    return found


def _put(row: Row, entries: tuple[Entry, ...], x: int) -> int:
    for entry in entries:
        for text, style in entry:
            row.append((x, text, style))
            x += text_width(text)
        x += GAP
    return x


def _size(entry: Entry) -> int:
    return sum(text_width(text) for text, _ in entry)


@lru_cache(maxsize=256)
def _wrapped(text: str, width: int) -> tuple[str, ...]:
    """Lines of whole words, about equally long."""
    words = text.split()
    if not words or text_width(text) <= width:
        return (text,) if text else ()
    sizes = [text_width(word) for word in words]
    count = len(_breaks(sizes, width))
    least = next((size for size in range(max(sizes), width) if len(_breaks(sizes, size)) <= count), width)
    starts = [*_breaks(sizes, least), len(words)]
    return tuple(" ".join(words[start:end]) for start, end in pairwise(starts))


def _breaks(sizes: list[int], width: int) -> list[int]:
    """The first word of each line."""
    starts, used = [0], -1
    for place, size in enumerate(sizes):
        if used >= 0 and used + 1 + size > width:
            starts.append(place)
            used = -1
        used += 1 + size
    return starts
