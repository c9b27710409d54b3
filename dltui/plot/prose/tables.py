"""Tables of words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from dltui.plot.prose.inline import Writer
from dltui.plot.prose.words import Break, Line, Run, line_width, wrapped

GAP = 2
NARROWEST = 3
_UNBOUND = 1_000_000
_NUMBER = re.compile(r"[−+-]?\d*((?:\.\d+)?(?:e[+−-]?\d+)? ?[%s]?)")


def table(tokens: Sequence[Token], width: int, writer: Writer) -> list[Line]:
    """A header, a thin rule, and rows; cells that do not fit are wrapped. Spoken: each cell after the name of its
    column."""
    rows: list[list[list[Run | Break]]] = []
    aligns: list[str] = []
    for row in _rows(tokens):
        aligns = aligns or [str(cell.attrGet("style") or "").rpartition(":")[2] for cell, _ in row]
        rows.append([writer.line(inline, "text" if rows else "column") for _, inline in row])
    if writer.spoken:
        return [line for row in rows[1:] for line in wrapped(_said(rows[0], row), width)]
    _align_numbers(rows, aligns)
    widths = _shared_out([max(map(_natural, column)) for column in zip(*rows, strict=True)], width)
    lines: list[Line] = []
    for number, row_runs in enumerate(rows):
        cells = [wrapped(runs, size) for runs, size in zip(row_runs, widths, strict=True)]
        for n in range(max(1, *map(len, cells))):
            lines.append(_aligned([cell[n] if n < len(cell) else [] for cell in cells], widths, aligns))
        if number == 0:
            rule = ("-" if writer.ascii else "─") * (sum(widths) + GAP * (len(widths) - 1))
            lines.append([Run(rule, writer.look.get("rule", ""))])
    return lines


def _said(names: Sequence[list[Run | Break]], row: Sequence[list[Run | Break]]) -> Iterator[Run | Break]:
    for place, (name, cell) in enumerate(zip(names, row, strict=True)):
        yield from [Run("; ")] if place else []
        yield from [*name, Run(": ")] if name else []
        yield from cell


def _align_numbers(rows: list[list[list[Run | Break]]], aligns: list[str]) -> None:
    """Columns of numbers stand on their decimal points, unless their author wants them left or centred."""
    for place, align in enumerate(aligns):
        fractions = [_fraction(row[place]) for row in rows[1:]]
        if align not in ("", "right") or not fractions or min(fractions) < 0:
            continue
        aligns[place] = "right"
        for row, digits in zip(rows[1:], fractions, strict=True):
            row[place].append(Run(" " * (max(fractions) - digits), whole=True))


def _fraction(runs: Sequence[Run | Break]) -> int:
    """Cells from the decimal point on; -1 for what is no number."""
    match = _NUMBER.fullmatch("".join(run.text for run in runs if isinstance(run, Run)).strip())
    return len(match[1]) if match else -1


def _rows(tokens: Sequence[Token]) -> Iterator[list[tuple[Token, Sequence[Token]]]]:
    """The cells of each row with their content."""
    row: list[tuple[Token, Sequence[Token]]] = []
    for number, token in enumerate(tokens):
        if token.type == "tr_open":
            row = []
        elif token.type in ("th_open", "td_open"):
            row.append((token, tokens[number + 1].children or []))
        elif token.type == "tr_close":
            yield row


def _natural(runs: Sequence[Run | Break]) -> int:
    return max(map(line_width, wrapped(runs, _UNBOUND)), default=0)


def _shared_out(widths: list[int], room: int) -> list[int]:
    """The widths of the columns, the widest cut down until all fit."""
    while sum(widths) + GAP * (len(widths) - 1) > room and max(widths) > NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return [max(width, 1) for width in widths]


def _aligned(cells: Sequence[Line], widths: Sequence[int], aligns: Sequence[str]) -> Line:
    line: Line = []
    for number, (cell, width, align) in enumerate(zip(cells, widths, aligns, strict=True)):
        missing = max(width - line_width(cell), 0)
        left = missing if align == "right" else missing // 2 if align == "center" else 0
        line += [Run(" " * (left + GAP * (number > 0))), *cell, Run(" " * (missing - left))]
    return line
