"""Styled words, and the lines they make."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
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
    """Lines of at most `width` cells. What is longer than a line by itself is broken, formulas at their spaces."""
    lines: list[Line] = []
    line: Line = []
    room = width
    for word in words(runs):
        if isinstance(word, Break):
            lines.append(line)
            line, room = [], width
            continue
        size = line_width(word)
        for part in [word] if size <= width else _parts(word, width):
            size = line_width(part)
            if line and size + 1 > room:
                lines.append(line)
                line, room = [], width
            if line:
                # an underline or a background goes through the space between two words
                line.append(Run(" ", part[0].style if line[-1].style == part[0].style else ""))
                room -= 1
            line += part
            room -= size
    return [*lines, line] if line else lines


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
