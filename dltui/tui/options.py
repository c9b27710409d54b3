"""The options of a question, to be chosen or ticked."""

from __future__ import annotations

from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.widget import Widget

from dltui.lesson.records import Choice, Multi
from dltui.plot.prose import prose
from dltui.quiz.judge import LETTERS, order
from dltui.tui.theme import colours


class Options(Widget, can_focus=True):
    """The options of a choice or multi question; letters or arrows choose, enter answers."""

    DEFAULT_CSS = "Options { height: auto; margin: 1 0; }"
    BINDINGS = [
        Binding("up,k", "move(-1)", "up"),
        Binding("down,j", "move(1)", "down"),
        Binding("space", "tick", "tick"),
        Binding("enter", "answer", "answer"),
    ]

    class Answered(Message):
        def __init__(self, given: str) -> None:
            super().__init__()
            self.given = given

    def __init__(self, question: Choice | Multi, seed: int) -> None:
        super().__init__()
        self._question = question
        self._order = order(question, seed)
        self._at = 0
        self._ticked: set[int] = set()
        self._several = isinstance(question, Multi)

    def render(self) -> Text:
        text = Text()
        width = max(10, self.size.width - 8)
        for row, index in enumerate(self._order):
            here = row == self._at
            mark = ("[x] " if index in self._ticked else "[ ] ") if self._several else ""
            body = self._prose(index, width - len(mark))
            lines = body.split("\n")
            text.append("▸ " if here else "  ", "bold")
            text.append(f"{LETTERS[row]}  {mark}", "bold" if here else "")
            for n, part in enumerate(lines):
                text.append("" if n == 0 else "\n" + " " * (5 + len(mark)))
                text.append_text(part)
            text.append("\n" if row < len(self._order) - 1 else "")
        return text

    def _prose(self, index: int, width: int) -> Text:
        body = prose(self._question.options[index].text, width, theme=colours(self.app))
        body.rstrip()
        return body

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        inner = max(10, width - 8)
        return sum(
            self._prose(index, inner - (4 if self._several else 0)).plain.count("\n") + 1 for index in self._order
        )

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

    def on_key(self, event: events.Key) -> None:
        place = LETTERS.find(event.character or " ")
        if 0 <= place < len(self._order):
            event.stop()
            self._at = place
            if self._several:
                self.action_tick()
            else:
                self.action_answer()
