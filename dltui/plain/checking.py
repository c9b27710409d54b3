"""A gradient check in lines, and bug hunts: round by round a report, and the question what is wrong."""

from __future__ import annotations

from collections.abc import Sequence

from dltui.lesson.gradients import question_of_round
from dltui.lesson.records import GradientCheck
from dltui.plain.activity import Activity, Place, Usage
from dltui.plain.answering import Questions
from dltui.plain.bench import Bench
from dltui.plain.gradients import checks
from dltui.text import clean


class Checking(Activity):
    """Done when the report was shown, or every round of the hunt is answered rightly."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        assert isinstance(place.step, GradientCheck)
        self._step = place.step
        self._checks = checks(place.step)
        count = len(place.step.rounds)
        self._rounds = Questions(place, [question_of_round(place.step, at) for at in range(count)]) if count else None
        self._bench = Bench(self._checks[0], self.talk, secret=bool(count))

    @property
    def prompt(self) -> str:
        return self._rounds.prompt if self._rounds is not None and self._rounds.question is not None else "gradient > "

    @property
    def commands(self) -> Sequence[Usage]:
        return self._bench.commands

    def begin(self) -> None:
        if self._rounds is not None:
            self._round()
        else:
            self.talk.say()
            self.done = self._bench.report() is not None

    def take(self, given: str) -> bool:
        if self._bench.take(given):
            return True
        if self._rounds is None or self._rounds.question is None:
            return False
        at = self._rounds.at
        if given in ("h", "hint"):
            self.talk.say("The report is the hint: element NAME[I,J] and map NAME tell more.")
        elif self._rounds.answer(given):
            self._tell(at)
            self.done = self._rounds.all_right
            self._round()
        return True

    def onward(self) -> bool:
        if self._rounds is None or self._rounds.question is None:
            return True
        at = self._rounds.at
        self._rounds.skip()
        self._tell(at)
        if self._rounds.question is None:
            return True
        self._round()
        return False

    def alone(self) -> None:
        while not self.onward():
            pass

    def _round(self) -> None:
        """The report of the round in hand, and its question."""
        assert self._rounds is not None
        at = self._rounds.at
        if at >= len(self._checks):
            self._rounds.ask()
            return
        self.talk.say()
        self.talk.rule(f"round {at + 1} of {len(self._checks)}")
        self._bench = Bench(self._checks[at], self.talk, secret=True)
        if self._bench.report() is None:
            self._rounds.skip()
            return
        self._rounds.ask()

    def _tell(self, at: int) -> None:
        """What the checker itself would have said."""
        for hint in self._bench.hints if at < len(self._checks) else ():
            self.talk.tell(f"The checker: {clean(hint)}")
