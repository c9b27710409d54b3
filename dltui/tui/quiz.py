"""The quiz pane: one question at a time, feedback at once. Judging is `quiz.judge`, the same as in plain text."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input, Static

from dltui.journal.progress import Answered
from dltui.lesson.records import AnyQuestion, AnyStep, Explain, Lesson, Quiz, Short
from dltui.lesson.variants import instance
from dltui.quiz.judge import Verdict, judge, shown_answer
from dltui.quiz.score import left
from dltui.tui.activity import Activity
from dltui.tui.answering import answering, keys_of
from dltui.tui.bars import Key
from dltui.tui.entry import Entry
from dltui.tui.keys import bound
from dltui.tui.lab import Lab
from dltui.tui.presence import present
from dltui.tui.spelling import pressed
from dltui.tui.theme import Tone, colours, tone, typeset

RESERVED = ("lesson.next", "lesson.previous", "lesson.leave", "lesson.answers", "lesson.search",
            "quiz.hint", "app.help")  # fmt: skip
"""Actions whose keys stay what they are: everything else that can be printed begins an answer."""
TONES: dict[str, Tone] = {"right": "good", "wrong": "bad", "ungradable": "doubt"}
MARKS = {"right": "✓", "wrong": "✗", "ungradable": "?"}


class QuizPane(Activity, can_focus=True):
    DEFAULT_CSS = """
    QuizPane { layout: vertical; padding: 1 1 0 1; }
    QuizPane VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; }
    QuizPane Static { height: auto; width: auto; }
    QuizPane #head { color: $text-muted; margin-bottom: 1; }
    QuizPane Input { margin: 1 0; width: 100%; max-width: 50; }
    QuizPane #said { margin-top: 1; }
    """
    BINDINGS = bound("quiz")
    HELP_TEXT = """
One question at a time; a wrong answer says why it is wrong and you may try again.

- Choices: `↑` `↓` and `enter`, or the letter. With several right options, tick with `space`, answer with `enter`.
- Things to put in order: `space` picks one up and puts it down, `↑` `↓` carry it. Things to put together: the letter of
  what belongs to the line. A table: arrows. `enter` answers.
- Numbers may be written as `1/3`, `1e-3`, `0.25`; shapes as `3x4` or `(3, 4)`; formulas as `-b/w`, `w^2`, `2x`.
- An answer that cannot be read is not counted.
- `h` gives a hint (`F2` while you type), `←` `→` walk through the questions, `escape` leaves the text field.
"""

    def __init__(self, lab: Lab, lesson: Lesson, step: AnyStep) -> None:
        super().__init__(lab, lesson, step)
        assert isinstance(step, Quiz)
        self._step = step
        self._at = 0
        self._asking = asyncio.Lock()
        """Held while one question follows another: keys and answers come from two sides."""
        self._questions = [instance(question, str(lab.seed)) for question in step.question]
        self._hints: dict[str, int] = {}
        self._misses: dict[str, int] = {}
        self._verdicts: dict[str, Verdict] = {}
        self._retyping = False
        for name, answered in lab.progress.answers(lesson.id, step.id).items():
            question = next((q for q in self._questions if q.id == name), None)
            if question is not None:
                self._verdicts[name] = judge(question, answered.given)
                self._misses[name], self._hints[name] = answered.misses, answered.hints
        self._at = next((i for i, q in enumerate(self._questions) if not self._over(q)), 0)

    def compose(self) -> ComposeResult:
        yield Static(id="head", markup=False)
        with VerticalScroll(can_focus=False):
            yield Static(id="ask", markup=False)
            yield Static(id="slot", markup=False)
            yield Static(id="said", markup=False)

    async def on_mount(self) -> None:
        await self._ask(self._at)

    @property
    def question(self) -> AnyQuestion:
        return self._questions[self._at]

    def _right(self, question: AnyQuestion) -> bool:
        verdict = self._verdicts.get(question.id)
        return verdict is not None and verdict.outcome == "right"

    def _over(self, question: AnyQuestion) -> bool:
        """Answered rightly, or out of attempts."""
        return self._right(question) or left(question, self._misses.get(question.id, 0)) == 0

    async def _ask(self, index: int) -> None:
        """Show a question with the answer given so far. What was on its way from the one before is heard first."""
        async with self._asking:
            await self.query("Entry, Input").remove()
            if not present(self):
                return
            self._at, self._retyping = index, False
            question = self.question
            self._say()
            scroll = self.query_one(VerticalScroll)
            verdict = self._verdicts.get(question.id)
            entry = answering(question, verdict.given if verdict else "", self.lab.seed)
            scroll.scroll_home(animate=False)
            await scroll.mount(entry, after="#slot")

    def begin(self) -> None:
        """Options take the keys at once, and a field for words; other fields only when something is typed, so that `n`
        stays a way out."""
        entries: list[Widget] = list(self.query(Entry))
        if isinstance(self.question, Short | Explain) and not self._over(self.question):
            entries += self.query(Input)
        (entries[0] if entries else self).focus()

    def on_key(self, event: events.Key) -> None:
        """An answer can be typed without entering the field first; keys that were on their way here while the focus
        moved belong to the field too."""
        field = self._field
        if field is None or not event.character or not event.character.isprintable():
            return
        if self._over(self.question) or event.character.isspace():
            return
        late = self.screen.focused is field
        if late or (self.has_focus and event.character not in {pressed(self.app, name) for name in RESERVED}):
            event.stop()
            field.value = (field.value if late else "") + event.character
            field.cursor_position = len(field.value)
            self.screen.set_focus(field)

    @property
    def _field(self) -> Input | None:
        fields = self.query(Input)
        return fields.first() if fields else None

    def escape(self) -> bool:
        if isinstance(self.screen.focused, Input):
            self.focus()
            return True
        return False

    def on_descendant_focus(self) -> None:
        self._say()

    def on_focus(self) -> None:
        self._say()

    def _prose(self, text: str, less: int = 0) -> Text:
        return typeset(self.app, text, max(20, min(76, self.size.width - 4)) + less)

    def on_resize(self, event: events.Resize) -> None:
        self._say()

    def _say(self) -> None:
        question = self.question
        head = Text(f"Question {self._at + 1} of {len(self._questions)}   ")
        for index, other in enumerate(self._questions):
            verdict = self._verdicts.get(other.id)
            head.append(MARKS[verdict.outcome] if verdict else "·", "bold reverse" if index == self._at else "bold")
            head.append(" ")
        self.query_one("#head", Static).update(head)
        self.query_one("#ask", Static).update(self._prose(question.ask))
        self.query_one("#said", Static).update(self._said())
        self.post_message(self.Changed())

    def _said(self) -> Text:
        question, verdict = self.question, self._verdicts.get(self.question.id)
        parts: list[Text] = []
        if verdict is not None and not self._retyping:
            style = "bold " + tone(colours(self.app), TONES[verdict.outcome])
            body = self._prose(verdict.said, -4)
            parts.append(Text.assemble((f"{MARKS[verdict.outcome]} ", style), body))
            if verdict.outcome == "right" and question.explain:
                parts.append(self._prose(question.explain))
        shown = self._hints.get(question.id, 0)
        for number, hint in enumerate(question.hints[:shown], 1):
            parts.append(self._prose(f"*Hint {number}.* {hint}"))
        over, attempts = self._over(question), left(question, self._misses.get(question.id, 0))
        if shown > len(question.hints) or (over and not self._right(question)):
            parts.append(self._prose(f"*The answer:* {shown_answer(question)}"))
        if attempts is not None and not self._right(question):
            parts.append(Text(f"{attempts or 'no'} attempt{'' if attempts == 1 else 's'} left", "dim"))
        if over:
            following = self._open_question()
            parts.append(Text("enter: next step" if following is None else f"enter: question {following + 1}", "dim"))
        elif shown <= len(question.hints):
            key = "F2" if isinstance(self.screen.focused, Input) else "h"
            last = shown == len(question.hints)
            what = "the answer" if last else f"hint {shown + 1} of {len(question.hints)}{self._cost()}"
            parts.append(Text(f"{key}: {what}", "dim"))
        return Text("\n\n").join(parts)

    def _cost(self) -> str:
        cost = self.question.hint_cost
        return f" (costs {cost:.0%} of the points)" if cost else ""

    @on(Entry.Answered)
    async def _chosen(self, message: Entry.Answered) -> None:
        message.stop()
        if not self._over(self.question):
            self._judge(message.given)
        elif message.enter:
            await self.action_onward()

    @on(Input.Changed)
    def _retyped(self, message: Input.Changed) -> None:
        """A verdict belongs to what was answered, not to what is being typed now."""
        message.stop()
        verdict = self._verdicts.get(self.question.id)
        retyping = verdict is not None and verdict.outcome != "right" and verdict.given != message.value.strip()
        if retyping != self._retyping:
            self._retyping = retyping
            self._say()

    @on(Input.Submitted)
    def _typed(self, message: Input.Submitted) -> None:
        message.stop()
        if not self._over(self.question):
            self._judge(message.value)
        if self._over(self.question):
            self.focus()

    def _judge(self, given: str) -> None:
        question = self.question
        verdict = judge(question, given)
        self._verdicts[question.id] = verdict
        self._retyping = False
        for entry in self.query(Entry):
            entry.tried(verdict.given, verdict.outcome == "right")
        if verdict.outcome != "ungradable":
            self._misses[question.id] = self._misses.get(question.id, 0) + (verdict.outcome == "wrong")
            self.lab.record(Answered(
                lesson=self.lesson.id, step_id=self._step.id, question=question.id, given=verdict.given,
                outcome=verdict.outcome, score=verdict.score, hints=self._hints.get(question.id, 0),
                misses=self._misses[question.id],
            ))
        self._say()
        if all(self._over(each) for each in self._questions):
            self.passed()

    def action_hint(self) -> None:
        question = self.question
        self._hints[question.id] = min(len(question.hints) + 1, self._hints.get(question.id, 0) + 1)
        self._say()

    async def action_question(self, by: int) -> None:
        index = self._at + by
        if 0 <= index < len(self._questions):
            await self._ask(index)
            self.begin()

    async def action_onward(self) -> None:
        """Into the text field of an open question, on from an answered one."""
        field = self._field
        if field is not None and self.screen.focused is field and field.value:
            self._judge(field.value)
        elif field is not None and not self._over(self.question):
            self.screen.set_focus(field)
        elif (following := self._open_question()) is not None:
            await self.action_question(following - self._at)
        else:
            self.post_message(self.Next())

    def _open_question(self) -> int | None:
        """The next question that is still open, from here on and then from the start."""
        count = len(self._questions)
        places = [(self._at + by) % count for by in range(1, count)]
        return next((place for place in places if not self._over(self._questions[place])), None)

    def keys(self) -> Sequence[Key]:
        if isinstance(self.screen.focused, Input):
            return [("↵", "answer"), ("F2", "hint"), ("esc", "leave the field")]
        if self._over(self.question):
            return [("↵", "onward"), ("← →", "questions")]
        return keys_of(self.question)
