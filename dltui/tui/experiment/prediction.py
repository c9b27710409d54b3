"""The guess before the run: committed first, held against the run afterwards."""

from __future__ import annotations

import math

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, Static

from dltui.lesson.expressions import evaluate
from dltui.lesson.notation import read
from dltui.lesson.records import Prediction as Asked
from dltui.lesson.syntax import ExpressionError
from dltui.tui.spelling import pressed
from dltui.tui.theme import colours, tone, typeset

STARTS = "0123456789."
LONG = 400
"""Columns: the widget breaks the lines itself."""


class Prediction(Vertical):
    DEFAULT_CSS = """
    Prediction { height: auto; }
    Prediction.none { display: none; }
    Prediction Static { height: auto; }
    Prediction Input { width: 24; border: none; height: 1; padding: 0 1; background: $panel; }
    Prediction.-locked Input { display: none; }
    """

    class Made(Message):
        """The learner has committed to `guess`, or passed (None)."""

        def __init__(self, guess: float | None) -> None:
            super().__init__()
            self.guess = guess

    def __init__(self, asked: Asked | None) -> None:
        super().__init__(classes="" if asked else "none")
        self._asked = asked
        self._guess: float | None = None
        self.skipped = False

    def compose(self) -> ComposeResult:
        yield Static(self._question(), markup=False)
        if self._asked is not None:
            span = f"{self._asked.low:g} … {self._asked.high:g}"
            entry = Input(placeholder=span, compact=True, select_on_focus=False)
            entry.cursor_blink = False
            yield entry

    def _question(self) -> Text:
        if self._asked is None:
            return Text()
        return Text.assemble(("Your guess first: " if self.open else "", "bold"), self._prose(self._asked.ask))

    def _prose(self, text: str) -> Text:
        return typeset(self.app, text, LONG)

    @property
    def open(self) -> bool:
        """Is a guess still asked for?"""
        return self._asked is not None and self._guess is None and not self.skipped

    def take(self, character: str) -> bool:
        """Begin the guess with this character, if it can be one's beginning."""
        if not self.open or character not in STARTS or not character:
            return False
        field = self.query_one(Input)
        late = self.screen.focused is field
        field.value = (field.value if late else "") + character
        field.cursor_position = len(field.value)
        self.screen.set_focus(field)
        return True

    def insist(self) -> None:
        """Ask for the guess; a second refusal is accepted."""
        self.query_one(Input).focus()
        self._say(Text("Commit to a number, then watch. Enter locks it; an empty answer skips.", "italic"))

    def _say(self, more: Text) -> None:
        self.query_one(Static).update(Text("\n").join([self._question(), more]))

    @on(Input.Submitted)
    def _made(self, message: Input.Submitted) -> None:
        message.stop()
        assert self._asked is not None
        if not message.value.strip():
            self.skipped = True
            self.add_class("-locked")
            self._say(Text("No guess this time.", "italic"))
            self.post_message(self.Made(None))
            return
        try:
            guess = evaluate(read(message.value))
        except ExpressionError:
            guess = math.nan
        if not isinstance(guess, int | float) or not self._asked.low <= guess <= self._asked.high:
            self._say(Text(f"A number from {self._asked.low:g} to {self._asked.high:g}, please.", "italic"))
            return
        self.commit(float(guess))
        self.post_message(self.Made(float(guess)))

    def commit(self, guess: float) -> None:
        self._guess = guess
        self.add_class("-locked")
        self._say(Text(f"You said {guess:g}. Now {pressed(self.app, 'experiment.train')}.", "bold"))

    def tell(self, final: float | None) -> None:
        """Hold the guess against the run's final value."""
        if self._asked is None or self._guess is None:
            return
        if final is None:
            self._say(Text(f"You said {self._guess:g}. The run has no such number: it did not get there."))
            return
        close = abs(final - self._guess) <= self._asked.close
        verdict = Text.assemble(
            (f"You said {self._guess:g}, it is {final:.4g}: ", "bold"),
            ("close. " if close else "not close. ", "bold " + tone(colours(self.app), "good" if close else "doubt")),
        )
        self._say(Text.assemble(verdict, self._prose(self._asked.told)))
