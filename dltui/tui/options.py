"""The options of a question, to be chosen or ticked."""

from __future__ import annotations

from rich.text import Text
from textual import events

from dltui.lesson.records import Choice, Multi
from dltui.quiz.judge import LETTERS, order
from dltui.tui.entry import Entry, hung
from dltui.tui.keys import bound


class Options(Entry):
    """The options of a choice or multi question; letters or arrows choose, enter answers."""

    BINDINGS = bound("options")

    def __init__(self, question: Choice | Multi, seed: int) -> None:
        super().__init__()
        self._question = question
        self._order = order(question, seed)
        self._at = 0
        self._ticked: set[int] = set()
        self._several = isinstance(question, Multi)
        self._tried: dict[int, tuple[str, str]] = {}
        """The mark of options that were answered with."""

    def render(self) -> Text:
        text = Text()
        width = max(10, self.size.width - 8)
        for row, index in enumerate(self._order):
            here = row == self._at
            mark = ("[x] " if index in self._ticked else "[ ] ") if self._several else ""
            body = self.set_line(self._question.options[index].text, width - len(mark))
            text.append("▸ " if here else "  ", "bold")
            text.append(*self._tried.get(index, (" ", "")))
            text.append(f"{LETTERS[row]}  {mark}", "bold" if here else "")
            hung(text, body, 6 + len(mark))
            text.append("\n" if row < len(self._order) - 1 else "")
        return text

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        return sum(self._lines(index, width) for index in self._order)

    def _lines(self, index: int, width: int | None = None) -> int:
        inner = max(10, (self.size.width if width is None else width) - 8)
        less = 4 if self._several else 0
        return self.set_line(self._question.options[index].text, inner - less).plain.count("\n") + 1

    def tried(self, given: str, right: bool) -> None:
        """Mark what was answered with: letters in the order of the lesson file."""
        if not self._several:
            for index in (LETTERS.find(letter) for letter in given.split(",")):
                self._tried[index] = ("✓", "bold green") if right else ("✗", "bold red")
            self.refresh()

    def action_move(self, by: int) -> None:
        self._at = (self._at + by) % len(self._order)
        self.refresh()

    def action_tick(self) -> None:
        if self._several:
            self._ticked ^= {self._order[self._at]}
            self.refresh()

    def action_answer(self) -> None:
        if self._several:
            self.post_message(self.Answered(",".join(LETTERS[i] for i in sorted(self._ticked)) or "none"))
        else:
            self.post_message(self.Answered(LETTERS[self._order[self._at]]))

    def _take(self, row: int) -> None:
        self._at = row
        self.refresh()
        if self._several:
            self.action_tick()
        else:
            self.post_message(self.Answered(LETTERS[self._order[row]], enter=False))

    def on_click(self, event: events.Click) -> None:
        """The option under the pointer."""
        y = event.y
        for row, index in enumerate(self._order):
            y -= self._lines(index)
            if y < 0:
                self._take(row)
                return

    def on_key(self, event: events.Key) -> None:
        place = LETTERS.find(event.character or " ")
        if 0 <= place < len(self._order):
            event.stop()
            self._take(place)
