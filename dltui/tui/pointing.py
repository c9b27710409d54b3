"""A table to point into."""

from __future__ import annotations

from rich.text import Text
from textual import events
from textual.binding import Binding

from dltui.lesson.records import Point
from dltui.quiz import point
from dltui.tui.entry import Entry

GAP = 2


class Pointing(Entry):
    """The cells of a table, one of them under the cursor: arrows move it, enter answers."""

    BINDINGS = [
        Binding("up,k", "move(-1, 0)", "up"),
        Binding("down,j", "move(1, 0)", "down"),
        Binding("left", "move(0, -1)", "left"),
        Binding("right", "move(0, 1)", "right"),
        Binding("enter", "answer", "answer"),
    ]

    def __init__(self, question: Point) -> None:
        super().__init__()
        self._cells = point.cells(question)
        self._rows, self._columns = point.names(question)
        self._row = self._column = 0
        self._tried: dict[tuple[int, int], bool] = {}
        self._wide = max(len(text) for text in (*self._columns, *(cell for row in self._cells for cell in row)))
        self._margin = max(map(len, self._rows)) if len(self._rows) > 1 else 0

    def render(self) -> Text:
        first = self._first()
        shown = range(first, min(len(self._columns), first + self._fit()))
        text = Text(" " * self._margin)
        for column in shown:
            text.append(self._columns[column].rjust(self._wide + GAP), "bold" if column == self._column else "dim")
        text.append("  …" if shown.stop < len(self._columns) else "", "dim")
        for row, cells in enumerate(self._cells):
            name = self._rows[row].rjust(self._margin) if self._margin else ""
            text.append("\n").append(name, "bold" if row == self._row else "dim")
            for column in shown:
                here = (row, column) == (self._row, self._column)
                told = self._tried.get((row, column))
                style = "" if told is None else "bold green" if told else "bold red"
                mark = "▸" if here else " " if told is None else "✓" if told else "✗"
                text.append(f"{' ' * (GAP - 1)}{mark}", "bold" if here else style)
                text.append(cells[column].rjust(self._wide), f"{style} reverse" if here else style)
        return text

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        return len(self._cells) + 1

    def _fit(self) -> int:
        return max(1, (self.size.width - self._margin - 3) // (self._wide + GAP))

    def _first(self) -> int:
        """The first column that is shown: the cursor is always in sight."""
        return max(0, min(self._column - self._fit() // 2, len(self._columns) - self._fit()))

    def tried(self, given: str, right: bool) -> None:
        names = {point.shown((row, column), self._rows, self._columns): (row, column)
                 for row in range(len(self._rows)) for column in range(len(self._columns))}  # fmt: skip
        if given in names:
            self._row, self._column = names[given]
            self._tried[names[given]] = right
        self.refresh()

    def action_move(self, down: int, right: int) -> None:
        self._row = (self._row + down) % len(self._rows)
        self._column = (self._column + right) % len(self._columns)
        self.refresh()

    def action_answer(self) -> None:
        self.post_message(self.Answered(point.shown((self._row, self._column), self._rows, self._columns)))

    def on_click(self, event: events.Click) -> None:
        row, column = event.y - 1, (event.x - self._margin) // (self._wide + GAP) + self._first()
        if 0 <= row < len(self._rows) and 0 <= column < len(self._columns):
            self._row, self._column = row, column
            self.refresh()
            self.action_answer()
