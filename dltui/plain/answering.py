"""Questions in lines: asked one after another, answered with a line, judged as everywhere else."""

from __future__ import annotations

from collections.abc import Sequence

from dltui.journal.progress import Answered
from dltui.lesson.records import (
    AnyQuestion,
    Choice,
    Explain,
    Fill,
    Match,
    Multi,
    Order,
    Point,
    Quiz,
    Short,
)
from dltui.lesson.variants import instance
from dltui.plain.activity import Activity, Place, Usage
from dltui.plain.talk import Talk
from dltui.quiz import arrange, point
from dltui.quiz.judge import judge, shown_answer
from dltui.quiz.options import LETTERS, order
from dltui.quiz.score import left

TRIES = 3
"""Answers that are taken from a pipe to one question: whatever it is that comes from there, it may never end."""
MARKS = {"right": "Right.", "wrong": "Not right.", "ungradable": "Not counted."}
WORDS = (Short, Explain, Fill, Point)
"""Kinds of questions whose answers may be any word or letter."""
COMMANDS: tuple[Usage, ...] = (
    ("hint, h", "a hint; after the last one, the answer"),
    ("enter", "leave this question open"),
    ("question N", "another question of this step"),
)


class Questions:
    """Some questions of a step, the one in hand, and what was answered before: on the screen or here."""

    def __init__(self, place: Place, questions: Sequence[AnyQuestion]) -> None:
        self._place = place
        self._talk: Talk = place.talk
        self._all = questions
        self._tries = 0
        self._left: set[str] = set()
        """Questions that are not asked again by themselves."""
        before = place.recorder.progress.answers(place.lesson.id, place.step.id)
        self._hints = {name: answered.hints for name, answered in before.items()}
        self._misses = {name: answered.misses for name, answered in before.items()}
        self._right = {name for name, answered in before.items() if answered.outcome == "right"}
        self.at = self._open_one(0)

    @property
    def question(self) -> AnyQuestion | None:
        """The one in hand; None when none is left."""
        return self._all[self.at] if self.at < len(self._all) else None

    @property
    def all_right(self) -> bool:
        return all(each.id in self._right for each in self._all)

    @property
    def prompt(self) -> str:
        question = self.question
        if question is None:
            return "> "
        return "your answer" + (" (h: hint)" if self._hints_left(question) else "") + " > "

    def ask(self) -> None:
        """Put the question in hand; or say that none is left."""
        talk, question = self._talk, self.question
        talk.say()
        if question is None:
            known = sum(each.id in self._right for each in self._all)
            talk.say(f"{known} of {len(self._all)} answered rightly." if len(self._all) > 1 else "That is answered.")
            return
        if talk.spoken and len(self._all) > 1:
            talk.say(f"Question {self.at + 1} of {len(self._all)}")
        talk.read(question.ask)
        lay_out(question, talk)

    def go(self, number: str) -> bool:
        """To the question of this number, from 1."""
        if not number.isdecimal() or not 1 <= int(number[:4]) <= len(self._all):
            self._talk.say(f"question N, with N from 1 to {len(self._all)}.")
            return False
        self.at, self._tries = int(number[:4]) - 1, 0
        question = self._all[self.at]
        self._left.discard(question.id)
        if question.id in self._right:
            self._talk.read(question.ask)
            self._talk.item("", f"Answered rightly: {shown_answer(question)}")
            self.at = self._open_one(0)
        self.ask()
        return True

    def skip(self) -> None:
        """Leave the question in hand."""
        if (question := self.question) is not None:
            self._talk.say("(not answered)")
            self._leave(question)

    def hint(self) -> None:
        """The next hint; after the last one, the answer."""
        question = self.question
        if question is None:
            return
        used = self._hints.get(question.id, 0)
        self._hints[question.id] = min(used + 1, len(question.hints) + 1)
        if used < len(question.hints):
            self._talk.read(question.hints[used])
        else:
            self._talk.read(f"The answer: {shown_answer(question)}")

    def answer(self, given: str) -> bool:
        """Judge it. Whether the next question was put."""
        talk, question = self._talk, self.question
        if question is None:
            return False
        verdict = judge(question, given, order(question, 0) or None)
        talk.read(f"{MARKS[verdict.outcome]} {verdict.said}")
        self._tries += 1
        if verdict.outcome != "ungradable":
            self._misses[question.id] = self._misses.get(question.id, 0) + (verdict.outcome == "wrong")
            self._place.recorder.record(Answered(
                lesson=self._place.lesson.id, step_id=self._place.step.id, question=question.id, given=verdict.given,
                outcome=verdict.outcome, score=verdict.score, hints=self._hints.get(question.id, 0),
                misses=self._misses[question.id],
            ))  # fmt: skip
        if verdict.outcome == "right":
            self._right.add(question.id)
            if question.explain:
                talk.read(question.explain)
        else:
            remaining = left(question, self._misses.get(question.id, 0))
            if remaining and verdict.outcome == "wrong":
                talk.say(f"{remaining} more attempt{'' if remaining == 1 else 's'}.")
            if remaining != 0 and (talk.person or self._tries < TRIES):
                return False
            talk.read(f"The answer: {shown_answer(question)}")
        self._leave(question)
        return True

    def _leave(self, question: AnyQuestion) -> None:
        self._left.add(question.id)
        self._tries = 0
        self.at = self._open_one(self.at)

    def _hints_left(self, question: AnyQuestion) -> bool:
        return self._hints.get(question.id, 0) <= len(question.hints) and bool(question.hints)

    def _open_one(self, start: int) -> int:
        """The place of the next open question; behind the last: there is none."""
        places = [*range(start, len(self._all)), *range(start)]
        return next((at for at in places if not self._over(self._all[at])), len(self._all))

    def _over(self, question: AnyQuestion) -> bool:
        closed = left(question, self._misses.get(question.id, 0)) == 0
        return question.id in self._right or question.id in self._left or closed


def lay_out(question: AnyQuestion, talk: Talk) -> None:
    """What there is to choose from, to arrange or to point at."""
    match question:
        case Choice() | Multi():
            for letter, index in zip(LETTERS, order(question, 0), strict=False):
                talk.item(f"  {letter}  ", question.options[index].text)
        case Order() | Match():
            if isinstance(question, Match):
                for number, pair in enumerate(question.pairs, 1):
                    talk.item(f"  {number}  ", pair.left)
                talk.say()
            for letter, text in zip(arrange.LETTERS, arrange.texts(question), strict=False):
                talk.item(f"  {letter}  ", text)
        case Point():
            _table(question, talk)
        case _:
            pass


def _table(question: Point, talk: Talk) -> None:
    rows, columns = point.names(question)
    cells = point.cells(question)
    if talk.spoken:
        talk.tell(f"Columns: {', '.join(columns)}")
        for name, row in zip(rows, cells, strict=True):
            talk.tell(f"Row {name}: {', '.join(row)}")
        return
    table = [["", *columns], *([name, *row] for name, row in zip(rows, cells, strict=True))]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        talk.say("  " + "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))


class Answering(Activity):
    """Done when every question is answered rightly."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        assert isinstance(place.step, Quiz)
        asked = [instance(question, str(place.recorder.learner)) for question in place.step.question]
        self._questions = Questions(place, asked)
        self._count = len(asked)

    @property
    def free(self) -> bool:
        return isinstance(self._questions.question, WORDS)

    @property
    def prompt(self) -> str:
        return self._questions.prompt

    @property
    def commands(self) -> Sequence[Usage]:
        return COMMANDS[:2] if self._count == 1 else COMMANDS

    def begin(self) -> None:
        if 0 < self._questions.at < self._count:
            self.talk.say(f"\nQuestion {self._questions.at + 1} of {self._count}:")
        self._questions.ask()

    def take(self, given: str) -> bool:
        known = self._take(given)
        self.done = self._questions.all_right
        return known

    def _take(self, given: str) -> bool:
        word, _, rest = given.partition(" ")
        if word == "question" and rest.strip().isdecimal():
            return self._questions.go(rest.strip())
        question = self._questions.question
        if question is None:
            return False
        eighth = isinstance(question, Choice | Multi) and len(question.options) > LETTERS.index("h")
        if given == "hint" or (given == "h" and not eighth):
            self._questions.hint()
            return True
        if self._questions.answer(given):
            self._questions.ask()
        return True

    def onward(self) -> bool:
        if self._questions.question is None:
            return True
        self._questions.skip()
        if self._questions.question is None:
            return True
        self._questions.ask()
        return False

    def alone(self) -> None:
        while not self.onward():
            pass
