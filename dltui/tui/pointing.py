"""A table to point into."""

from __future__ import annotations

from rich.text import Text
from textual import events

from dltui.lesson.records import Point
from dltui.quiz import point
from dltui.tui.entry import Entry
from dltui.tui.keys import bound

GAP = 2
MORE = "  …"


class Pointing(Entry):
    """The cells of a table, one of them under the cursor: arrows move it, enter answers."""

    BINDINGS = bound("point")

    def __init__(self, question: Point) -> None:
        super().__init__()
        self._cells = point.cells(question)
        self._rows, self._columns = point.names(question)
        self._row = self._column = 0
        self._tried: dict[tuple[int, int], bool] = {}
        self._wide = [GAP + max(map(len, column)) for column in zip(self._columns, *self._cells, strict=True)]
        self._margin = max(map(len, self._rows)) if len(self._rows) > 1 else 0

    def render(self) -> Text:
        shown = self._shown()
        text = Text(" " * self._margin)
        for column in shown:
            text.append(self._columns[column].rjust(self._wide[column]), "bold" if column == self._column else "dim")
        text.append(MORE if shown.stop < len(self._columns) else "", "dim")
        for row, cells in enumerate(self._cells):
            name = self._rows[row].rjust(self._margin) if self._margin else ""
            text.append("\n").append(name, "bold" if row == self._row else "dim")
            for column in shown:
                here = (row, column) == (self._row, self._column)
                told = self._tried.get((row, column))
                style = "" if told is None else "bold green" if told else "bold red"
                mark = "▸" if here else " " if told is None else "✓" if told else "✗"
                text.append(f"{' ' * (GAP - 1)}{mark}", "bold" if here else style)
                text.append(cells[column].rjust(self._wide[column] - GAP), f"{style} reverse" if here else style)
        return text

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        return len(self._cells) + 1

    def _shown(self) -> range:
        """The columns that there is room for: the cursor is always in sight, in their middle if it can be."""
        room = self.size.width - self._margin
        if sum(self._wide) <= room:
            return range(len(self._wide))
        room -= len(MORE)
        first, end = self._column, self._column + 1
        while True:
            wider = [(first - 1, end)] if first else []
            wider += [(first, end + 1)] if end < len(self._wide) else []
            wider = [each for each in wider if sum(self._wide[slice(*each)]) <= room]
            if not wider:
                return range(first, end)
            first, end = min(wider, key=lambda each: abs(each[0] + each[1] - 1 - 2 * self._column))

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
        row, left = event.y - 1, self._margin
        for column in self._shown():
            if left <= event.x < left + self._wide[column] and 0 <= row < len(self._rows):
                self._row, self._column = row, column
                self.refresh()
                self.action_answer()
                return
            left += self._wide[column]
