"""Where an answer is given without a text field: options, things to put in order or together, a table to point into."""

from __future__ import annotations

from rich.text import Text
from textual.message import Message
from textual.widget import Widget

from dltui.tui.theme import typeset


class Entry(Widget, can_focus=True):
    """One way to answer; `Answered` when it was."""

    DEFAULT_CSS = "Entry { height: auto; margin: 1 0; }"

    class Answered(Message):
        """`given` as `quiz.judge` takes it; `enter`: by the enter key, not by a letter."""

        def __init__(self, given: str, enter: bool = True) -> None:
            super().__init__()
            self.given = given
            self.enter = enter

    def tried(self, given: str, right: bool) -> None:
        """Show what was answered with, and how that was judged."""

    def set_line(self, text: str, width: int) -> Text:
        """A line of a lesson with its formulas, wrapped."""
        body = typeset(self.app, text, max(10, width))
        body.rstrip()
        return body


def hung(text: Text, body: Text, indent: int) -> None:
    """Append wrapped text whose further lines stand under its first."""
    for number, part in enumerate(body.split("\n")):
        text.append("" if number == 0 else "\n" + " " * indent)
        text.append_text(part)
