"""Questions that are answered by pointing at a cell of a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from dltui.lesson.expressions import ExpressionError, Value, evaluate
from dltui.lesson.questions import Point
from dltui.quiz.numbers import written
from dltui.quiz.verdict import Ungradable, Verdict, right, wrong

Cell = tuple[int, int]
_BETWEEN = re.compile(r"\s*[,;:/×x]\s*|\s+")


def cells(question: Point) -> list[list[str]]:
    """The table as it is shown. Raises ExpressionError."""
    table: Value | list[list[float | int | str]] = evaluate(question.compute) if question.compute else question.table
    rows: list[Any] = table if isinstance(table, list) else [table]
    if not any(isinstance(row, list) for row in rows):
        rows = [rows]
    if not all(isinstance(row, list) and len(row) == len(rows[0]) > 0 for row in rows):
        raise ExpressionError("a table has rows of one length")
    return [[cell if isinstance(cell, str) else written(cell) for cell in row] for row in rows]


def names(question: Point) -> tuple[list[str], list[str]]:
    """What the rows and the columns are called; numbers from 0 where the lesson has no names."""
    table = cells(question)
    rows = question.rows or [str(place) for place in range(len(table))]
    return rows, question.columns or [str(place) for place in range(len(table[0]))]


def judge_point(question: Point, given: str, key: Value) -> Verdict:
    rows, columns = names(question)
    cell = _read(given, rows, columns)
    written_cell = shown(cell, rows, columns)
    if cell in right_cells(key, len(rows), len(columns)):
        return right(written_cell, "That is the place.")
    for one in question.wrong:
        if cell in listed_cells(one.value, rows, columns):
            return wrong(written_cell, one.why)
    return wrong(written_cell, "It is not this one.")


def right_cells(key: Value, rows: int, columns: int) -> list[Cell]:
    """`[1, 2]`, `[[1, 2], [3, 4]]`, or for a single row `2` and `[2]`. Raises ExpressionError."""
    parts: list[Any] = key if isinstance(key, list) else [key]
    pairs: list[list[Any]] = parts if parts and all(isinstance(part, list) for part in parts) else [parts]
    found = [[0, *pair] if len(pair) == 1 and rows == 1 else pair for pair in pairs]
    for pair in found:
        if len(pair) != 2 or not all(isinstance(place, int) for place in pair):
            raise ExpressionError(f"a cell is a row and a column, both from 0, not {written(pair)}")
        if not (0 <= pair[0] < rows and 0 <= pair[1] < columns):
            raise ExpressionError(f"there is no cell {written(pair)} in a table of {rows} x {columns}")
    return [(pair[0], pair[1]) for pair in found]


def listed_cells(value: float | str | list[float | int], rows: Sequence[str], columns: Sequence[str]) -> list[Cell]:
    """The cell of a listed wrong answer; none where it cannot be read."""
    try:
        if isinstance(value, str):
            return [_read(value, rows, columns)]
        whole: Value = [int(part) for part in value] if isinstance(value, list) else int(value)
        return right_cells(whole, len(rows), len(columns))
    except (Ungradable, ExpressionError):
        return []


def shown(cell: Cell, rows: Sequence[str], columns: Sequence[str]) -> str:
    """The cell by the names of its row and column, as it may be typed."""
    return columns[cell[1]] if len(rows) == 1 else f"{rows[cell[0]]}, {columns[cell[1]]}"


def form(question: Point) -> str:
    rows, columns = names(question)
    what = "column" if len(rows) == 1 else "row and column"
    return f"Answer with {what}, such as {shown((len(rows) - 1, len(columns) - 1), rows, columns)}."


def _read(given: str, rows: Sequence[str], columns: Sequence[str]) -> Cell:
    plain = given.strip().strip("()[]").strip()
    for row in range(len(rows)):
        for column in range(len(columns)):
            if plain.casefold() == shown((row, column), rows, columns).casefold():
                return row, column
    parts = _BETWEEN.split(plain)
    if len(rows) == 1 and len(parts) == 1:
        parts = [rows[0], *parts]
    if len(parts) != 2:
        what = "column" if len(rows) == 1 else "row and column"
        raise Ungradable(f"Answer with {what}, such as {shown((len(rows) - 1, len(columns) - 1), rows, columns)}.")
    return _place(parts[0], rows, "row"), _place(parts[1], columns, "column")


def _place(part: str, known: Sequence[str], what: str) -> int:
    """By its name."""
    folded = [name.casefold() for name in known]
    if part.casefold() in folded:
        return folded.index(part.casefold())
    raise Ungradable(f"There is no {what} “{part}”: they are called {known[0]} to {known[-1]}.")
