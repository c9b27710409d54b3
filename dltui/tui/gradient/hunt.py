"""The bug hunt: a broken backward, its report, and the question what is wrong."""

from __future__ import annotations

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

from dltui.lesson.gradients import question_of_round
from dltui.lesson.records import Choice, GradientCheck, Round
from dltui.quiz.judge import Verdict, judge
from dltui.tui.options import Options
from dltui.tui.presence import present
from dltui.tui.theme import typeset


class Hunt(Vertical):
    DEFAULT_CSS = """
    Hunt { height: auto; max-height: 60%; }
    Hunt Static { height: auto; }
    Hunt Options { margin: 0; }
    """

    class Answered(Message):
        def __init__(self, round_: int, verdict: Verdict) -> None:
            super().__init__()
            self.round = round_
            self.verdict = verdict

    def __init__(self, check: GradientCheck, seed: int) -> None:
        super().__init__()
        self._rounds = check.rounds
        self._check = check
        self._seed = seed
        self.at = 0
        self.found: dict[int, Verdict] = {}

    @property
    def round(self) -> Round:
        return self._rounds[self.at]

    @property
    def solved(self) -> bool:
        """Is the round in hand answered rightly?"""
        verdict = self.found.get(self.at)
        return verdict is not None and verdict.outcome == "right"

    @property
    def all_solved(self) -> bool:
        return all(n in self.found and self.found[n].outcome == "right" for n in range(len(self._rounds)))

    @property
    def question(self) -> Choice:
        return question_of_round(self._check, self.at)

    def compose(self) -> ComposeResult:
        yield Static(id="asked", markup=False)
        yield Options(self.question, self._seed)
        yield Static(id="told", markup=False)

    def on_mount(self) -> None:
        self._say()

    async def go(self, by: int) -> bool:
        """To another round. False at either end."""
        if not 0 <= self.at + by < len(self._rounds):
            return False
        self.at += by
        await self.query(Options).remove()
        if present(self):
            await self.mount(Options(self.question, self._seed), after="#asked")
        if not present(self):
            return False
        self._say()
        return True

    def begin(self) -> None:
        self.query_one(Options).focus()

    @on(Options.Answered)
    def _judge(self, message: Options.Answered) -> None:
        message.stop()
        verdict = judge(self.question, message.given)
        self.found[self.at] = verdict
        self._say()
        self.post_message(self.Answered(self.at, verdict))

    def _say(self) -> None:
        marks = "".join("✓" if n in self.found and self.found[n].outcome == "right" else "·"
                        for n in range(len(self._rounds)))
        self.query_one("#asked", Static).update(Text.assemble(
            (f"Round {self.at + 1} of {len(self._rounds)}  ", "bold"), marks, ("   What is wrong?", "bold")))
        told = Text()
        verdict = self.found.get(self.at)
        if verdict is not None:
            right = verdict.outcome == "right"
            told = Text.assemble(("✓ " if right else "✗ ", "bold green" if right else "bold red"),
                                 self._prose(verdict.said))
            if right and self.round.told:
                told.append_text(Text("\n").append_text(self._prose(self.round.told)))
        self.query_one("#told", Static).update(told)

    def _prose(self, text: str) -> Text:
        return typeset(self.app, text, max(20, self.size.width - 2))
