"""Searching in all the text of a lesson: a field, marks in the text, and the way from one match to the next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from rich.text import Text
from textual import on
from textual.message import Message
from textual.widgets import Input

from dltui.lesson.records import AnyStep, Experiment, Quiz
from dltui.text import one_line
from dltui.tui.bars import Key, LabScreen
from dltui.tui.keys import bound
from dltui.tui.presence import present
from dltui.tui.reading import Reading
from dltui.tui.spelling import pressed
from dltui.tui.theme import typeset

WIDTH = 72
"""Columns in which texts are set that are not on the screen: formulas read the same in all widths."""


class Place(NamedTuple):
    """Where something stands: the step by its index, and which match in its text."""

    step: int
    number: int
    """-1: it stands in a question beside the text."""


class Found(NamedTuple):
    """What is sought, where it is, and which place is the one looked at."""

    words: str
    pattern: re.Pattern[str]
    places: tuple[Place, ...]
    at: int

    @property
    def told(self) -> str:
        beside = ", in a question" if self.places[self.at].number < 0 else ""
        return f"“{one_line(self.words, 24)}” {self.at + 1} of {len(self.places)}{beside}"


def pattern(words: str) -> re.Pattern[str]:
    """Finds the words after one another, over the ends of lines too; capitals count for nothing."""
    return re.compile(r"\s+".join(re.escape(word) for word in words.split()), re.IGNORECASE)


def found(texts: Sequence[str], beside: Sequence[str], words: str, here: int) -> Found | None:
    """All places in the texts and in what is asked beside them, of which the first from text `here` on is looked at;
    None where there is none."""
    wanted = pattern(words)
    places = []
    for step, (text, asked) in enumerate(zip(texts, beside, strict=True)):
        places += [Place(step, number) for number, _ in enumerate(wanted.finditer(text))]
        places += [Place(step, -1)] if wanted.search(asked) else []
    if not words.split() or not places:
        return None
    return Found(words, wanted, tuple(places), next((at for at, place in enumerate(places) if place.step >= here), 0))


class SearchField(Input):
    """One line above the text."""

    DEFAULT_CSS = "SearchField { display: none; border: none; height: 1; padding: 0 1; background: $panel; }"
    BINDINGS = bound("search")

    class Closed(Message):
        """The learner wants none."""

    def __init__(self) -> None:
        super().__init__(placeholder="search this lesson", compact=True)
        self.cursor_blink = False
        self.can_focus = False  # while it is hidden, or it would be given the keys of a new screen

    def action_close(self) -> None:
        self.post_message(self.Closed())


class SearchableScreen(LabScreen):
    """A screen with a `Reading` that shows one of several texts."""

    DEFAULT_CSS = "SearchableScreen.-searching SearchField { display: block; }"
    index: int
    """Which step is shown."""
    found: Found | None = None
    """What is being looked for."""

    @property
    def steps(self) -> Sequence[AnyStep]:
        raise NotImplementedError

    async def jump(self, index: int) -> None:
        """Show the step with this index."""
        raise NotImplementedError

    def search_changed(self) -> None:
        """The search has begun, moved on or ended."""

    def action_search(self) -> None:
        field = self.query_one(SearchField)
        self.add_class("-searching")
        field.can_focus = True
        self.set_focus(field)
        field.action_select_all()
        self.search_changed()

    @on(SearchField.Closed)
    def end_search(self) -> None:
        self.found = None
        self._mark(None)

    @on(SearchField.Submitted)
    async def _sought(self, message: SearchField.Submitted) -> None:
        if not isinstance(message.input, SearchField):
            return
        message.stop()
        texts = [[typeset(self.app, each, WIDTH).plain for each in (heading(step), asked(step))] for step in self.steps]
        self.found = found([text for text, _ in texts], [beside for _, beside in texts], message.value, self.index)
        if self.found is None:
            if message.value.strip():
                self.notify(f"“{one_line(message.value, 40)}” is nowhere in this lesson.", timeout=5, markup=False)
            else:
                self.end_search()
            return
        await self._stand_at(self.found)

    @on(Reading.Sought)
    async def _next_match(self, message: Reading.Sought) -> None:
        message.stop()
        if self.found is not None and not message.by:
            self.end_search()
        elif self.found is not None:
            self.found = self.found._replace(at=(self.found.at + message.by) % len(self.found.places))
            await self._stand_at(self.found)

    async def _stand_at(self, found: Found) -> None:
        place = found.places[found.at]
        if place.step != self.index:
            await self.jump(place.step)
            if not present(self):
                return
        self.remove_class("-doing")
        self.add_class("-text")
        self._mark(found.pattern, place.number)

    def _mark(self, sought: re.Pattern[str] | None, number: int = -1) -> None:
        """The keys go to the text before the field goes: else they would go to what comes first on the screen."""
        reading = self.query_one(Reading)
        reading.mark(sought, number)
        self.set_focus(reading)
        self.remove_class("-searching")
        self.query_one(SearchField).can_focus = False
        self.search_changed()

    def search_keys(self) -> tuple[list[Key], Text]:
        """For the footer: what can be done, and which match is looked at. No keys where they go elsewhere."""
        if isinstance(self.focused, SearchField):
            return [("↵", "search"), (pressed(self.app, "search.close"), "close")], Text()
        if self.found is None or not isinstance(self.focused, Reading):
            return [], Text()
        keys = [(pressed(self.app, "text.next_match"), "next"), (pressed(self.app, "text.previous_match"), "previous"),
                (pressed(self.app, "text.end_search"), "end the search")]  # fmt: skip
        return keys, Text(self.found.told)


def heading(step: AnyStep) -> str:
    """The text of a step below its title."""
    return f"## {step.title}\n\n{step.text}"


def asked(step: AnyStep) -> str:
    """What a step asks, question by question."""
    questions = [question.ask for question in step.question] if isinstance(step, Quiz) else []
    if isinstance(step, Experiment) and step.predict is not None:
        questions.append(step.predict.ask)
    return "\n\n".join(questions)
