"""Sheets as tables to read."""

from __future__ import annotations

from collections.abc import Sequence

from dltui.grading.sheet import Sheet, shown

HEADS = ("submission", "score", "points", "right", "wrong", "open", "?")
MARKS = {"right": "✓", "wrong": "✗", "ungradable": "?", "unanswered": "·"}


def as_table(sheets: Sequence[Sheet]) -> str:
    """One line a submission, for people."""
    rows = [row_of(sheet) for sheet in sheets]
    widths = [max(map(len, column)) for column in zip(HEADS, *rows, strict=True)]
    lines = [_line(HEADS, widths)]
    for sheet, row in zip(sheets, rows, strict=True):
        lines.append(_line(row, widths))
        lines += [f"    ! {said}" for said in sheet.trouble]
    return "\n".join(lines)


def as_details(sheet: Sheet) -> str:
    """Every question of one submission, with what was said about the answer."""
    wide = max((len(row.question) for row in sheet.rows), default=0)
    return "\n".join(f"  {MARKS[row.outcome]} {row.question.ljust(wide)}  {shown(row)}".rstrip() for row in sheet.rows)


def row_of(sheet: Sheet) -> tuple[str, ...]:
    """The cells under HEADS."""
    points = f"{sheet.earned:.4g}/{sheet.points:.4g}"
    return (sheet.name, f"{sheet.share:.0%}" if sheet.points else "-", points, *map(str, sheet.counts()))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = zip(cells, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)])
