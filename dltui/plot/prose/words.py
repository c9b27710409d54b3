"""Styled words, and the lines they make."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from rich.cells import cell_len, chop_cells
from rich.text import Span, Text


class Run(NamedTuple):
    """A stretch of text of one style. One that is `whole` stays on one line if it fits there."""

    text: str
    style: str = ""
    whole: bool = False


class Break(NamedTuple):
    """A new line that the author asked for."""


SHORT = 40
"""What a word of one or two letters at the end of a line costs; as much as six blank cells."""
Line = list[Run]
Word = list[Run]
_SPACES = re.compile(r"[ \n\t]+")
_BEFORE_OPERATION = re.compile(r" +(?=[^\w\s()\[\]{}|‖√∑∏∫∂∇] )")


def words(runs: Iterable[Run | Break]) -> Iterator[Word | Break]:
    """The runs cut at spaces; a word may hold runs of several styles."""
    word: Word = []
    for run in runs:
        if isinstance(run, Break):
            if word:
                yield word
                word = []
            yield run
        elif run.whole:
            word.append(run)
        else:
            for number, part in enumerate(_SPACES.split(run.text)):
                if number and word:
                    yield word
                    word = []
                if part:
                    word.append(Run(part, run.style))
    if word:
        yield word


def wrapped(runs: Iterable[Run | Break], width: int) -> list[Line]:
    """Lines of at most `width` cells. What is longer than a line by itself is broken, formulas before operations.

    No more lines than need be; among these the breaks that leave the right edge most even and the last line no orphan.
    """
    lines: list[Line] = []
    parts: list[Word] = []
    for word in words(runs):
        if isinstance(word, Break):
            lines += _lines(parts, width) or [[]]
            parts = []
        else:
            parts += [word] if line_width(word) <= width else _parts(word, width)
    return lines + _lines(parts, width)


def _lines(parts: Sequence[Word], width: int) -> list[Line]:
    lines: list[Line] = []
    for start, end in pairwise(_breaks([line_width(part) for part in parts], width)):
        line = list(parts[start])
        for part in parts[start + 1 : end]:
            # an underline or a background goes through the space between two words
            line.append(Run(" ", part[0].style if line[-1].style == part[0].style else ""))
            line += part
        lines.append(line)
    return lines


def _breaks(sizes: Sequence[int], width: int) -> list[int]:
    """The words that begin a line, and the end: the shortest way in the manner of Knuth and Plass (1981)."""
    count = len(sizes)
    costs = [0] * (count + 1)
    ends = [count] * (count + 1)
    per_line = width * width * (count + 1)
    for start in range(count - 1, -1, -1):
        room, end, least = width - sizes[start], start + 1, -1
        while room >= 0 or end == start + 1:
            if end < count:
                cost = costs[end] + per_line + room * room + (SHORT if sizes[end - 1] <= 2 else 0)
            else:
                cost = room * room // 4 if end == start + 1 and start else 0
            if least < 0 or cost < least:
                least, ends[start] = cost, end
            if end == count:
                break
            room -= sizes[end] + 1
            end += 1
        costs[start] = least
    found = [0]
    while found[-1] < count:
        found.append(ends[found[-1]])
    return found


def line_width(line: Sequence[Run]) -> int:
    return sum(len(run.text) if run.text.isascii() else cell_len(run.text) for run in line)


def _parts(word: Word, width: int) -> Iterator[Word]:
    """A word that is too long for a line, in pieces that are not: a formula is broken before its operations."""
    for run in word:
        for term in _BEFORE_OPERATION.split(run.text) if run.whole else [run.text]:
            for part in [term] if line_width([Run(term)]) <= width or not run.whole else term.split(" "):
                for chunk in chop_cells(part, max(width, 2)):
                    yield [Run(chunk, run.style)]


def as_text(lines: Sequence[Line]) -> Text:
    """One text with newlines between the lines, and as few spans as its styles need."""
    parts: list[str] = []
    spans: list[Span] = []
    at = 0
    for line in lines:
        for text, style, _ in line:
            end = at + len(text)
            if style and spans and spans[-1].end == at and spans[-1].style == style:
                spans[-1] = Span(spans[-1].start, end, style)
            elif style and text:
                spans.append(Span(at, end, style))
            parts.append(text)
            at = end
        parts.append("\n")
        at += 1
    return Text("".join(parts[:-1]), spans=spans, end="")


def as_string(lines: Sequence[Line]) -> str:
    return "\n".join("".join(run.text for run in line).rstrip() for line in lines)
