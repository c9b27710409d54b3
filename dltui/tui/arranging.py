"""Things to put in order, and things to put together."""

from __future__ import annotations

from rich.text import Text
from textual import events

from dltui.lesson.records import Match, Order
from dltui.quiz.arrange import LETTERS, own_answer, texts
from dltui.tui.entry import Entry, hung
from dltui.tui.keys import bound


class Arranging(Entry):
    """Items in the order they are in now: the space bar picks one up and puts it down, arrows carry it."""

    BINDINGS = bound("order")

    def __init__(self, question: Order, given: str = "") -> None:
        super().__init__()
        self._texts = texts(question)
        self._right = own_answer(question)
        letters = [LETTERS.find(letter) for letter in given.split()]
        self._rows = letters if sorted(letters) == list(range(len(self._texts))) else list(range(len(self._texts)))
        self._at = 0
        self._held = False
        self._mark = ""

    def render(self) -> Text:
        text = Text()
        for row, item in enumerate(self._rows):
            here = row == self._at
            text.append("↕ " if here and self._held else "▸ " if here else "  ", "bold")
            text.append(f"{row + 1}  ", "bold" if here else "dim")
            body = self.set_line(self._texts[item], self.size.width - 6)
            if here and self._held:
                body.stylize("reverse")
            hung(text, body, 5)
            text.append("\n" if row < len(self._rows) - 1 else "")
        return text

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        return sum(self.set_line(text, width - 6).plain.count("\n") + 1 for text in self._texts)

    def action_move(self, by: int) -> None:
        to = self._at + by
        if not 0 <= to < len(self._rows):
            return
        if self._held:
            self._rows[self._at], self._rows[to] = self._rows[to], self._rows[self._at]
        self._at = to
        self.refresh()

    def action_hold(self) -> None:
        self._held = not self._held
        self.refresh()

    def action_answer(self) -> None:
        self._held = False
        self.refresh()
        self.post_message(self.Answered(" ".join(LETTERS[item] for item in self._rows)))


class Matching(Entry):
    """Left sides with the letter of what belongs to each: letters set, backspace takes away."""

    BINDINGS = bound("match")

    def __init__(self, question: Match, given: str = "") -> None:
        super().__init__()
        self._lefts = [pair.left for pair in question.pairs]
        self._texts = texts(question)
        pairs = given.split()
        fits = len(pairs) == len(self._lefts) and all(pair[-1:] in LETTERS for pair in pairs)
        self._chosen = [LETTERS.find(pair[-1]) for pair in pairs] if fits else [-1] * len(self._lefts)
        self._at = 0

    def render(self) -> Text:
        text = Text()
        for row, left in enumerate(self._lefts):
            here, chosen = row == self._at, self._chosen[row]
            text.append("▸ " if here else "  ", "bold").append(f"{row + 1}  ", "bold" if here else "dim")
            text.append(f"{LETTERS[chosen] if chosen >= 0 else '·'}  ", "bold")
            hung(text, self.set_line(left, self.size.width - 9), 8)
            text.append("\n")
        for row, right in enumerate(self._texts):
            text.append("\n").append(f"     {LETTERS[row]}  ", "dim" if row in self._chosen else "bold")
            body = self.set_line(right, self.size.width - 9)
            if row in self._chosen:
                body.stylize("dim")
            hung(text, body, 8)
        return text

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        lines = [self.set_line(text, width - 9).plain.count("\n") + 1 for text in (*self._lefts, *self._texts)]
        return sum(lines) + 1

    def action_move(self, by: int) -> None:
        self._at = (self._at + by) % len(self._lefts)
        self.refresh()

    def action_clear(self) -> None:
        self._chosen[self._at] = -1
        self.refresh()

    def action_answer(self) -> None:
        given = " ".join(f"{row + 1}{LETTERS[chosen]}" for row, chosen in enumerate(self._chosen) if chosen >= 0)
        self.post_message(self.Answered(given or "?"))

    def on_key(self, event: events.Key) -> None:
        place = LETTERS.find(event.character or " ")
        if 0 <= place < len(self._texts):
            event.stop()
            self._chosen[self._at] = place
            self._at = min(self._at + 1, len(self._lefts) - 1)
            self.refresh()
