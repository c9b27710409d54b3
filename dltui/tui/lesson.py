"""The lesson screen: text on the left, activity on the right. It only routes; each activity owns its keys and state."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from typing import cast

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.timer import Timer
from textual.widgets import Input

from dltui.explore.explorer import SettingError
from dltui.explore.registry import refusal
from dltui.journal.progress import Done, Visited
from dltui.lesson.find import Entry
from dltui.lesson.records import AnyStep, Challenge, Exercise, Experiment, Explorer, GradientCheck, Lesson, Quiz
from dltui.lesson.records import Reading as ReadingStep
from dltui.tui.activity import Activity
from dltui.tui.bars import Key
from dltui.tui.end import EndScreen
from dltui.tui.keeping import KeepingScreen
from dltui.tui.keys import bound
from dltui.tui.lab import Lab
from dltui.tui.presence import present
from dltui.tui.reading import Reading
from dltui.tui.refused import Refused
from dltui.tui.searching import SearchableScreen, SearchField, heading

ACTIVITIES = {
    Challenge: "dltui.tui.challenge:ChallengePane",
    Exercise: "dltui.tui.exercise:ExercisePane",
    Experiment: "dltui.tui.experiment.pane:ExperimentPane",
    Explorer: "dltui.tui.explorer:ExplorerPane",
    GradientCheck: "dltui.tui.gradient.pane:GradientPane",
    Quiz: "dltui.tui.quiz:QuizPane",
}
"""Loaded when a step of the kind is first shown: a chart or numpy must not delay the first frame."""

NOTEBOOK = "dltui.tui.notebook"
"""Loaded when it is asked for."""
BEHIND = 0.05
"""Seconds by which the activity follows: a new screen is "refreshed" before it has a size, and importing what draws the
activity would then hold up the first frame."""
WARMING = 0.25
"""Seconds between two looks whether the engine is ready, until it is."""


class LessonScreen(SearchableScreen, KeepingScreen):
    DEFAULT_CSS = """
    LessonScreen #body { height: 1fr; }
    LessonScreen Reading { width: 9fr; max-width: 66; }
    LessonScreen #activity { width: 11fr; border-left: solid $foreground 35%; padding: 0 1; }
    LessonScreen.-alone #activity { display: none; }
    LessonScreen.-alone Reading { padding: 1 4 0 4; max-width: 100%; }
    LessonScreen.-narrow #activity { border-left: none; width: 1fr; }
    LessonScreen.-narrow Reading { width: 1fr; max-width: 100%; }
    LessonScreen.-narrow.-text #activity { display: none; }
    LessonScreen.-narrow.-doing Reading { display: none; }
    """
    BINDINGS = bound("lesson")

    def __init__(self, lab: Lab, entry: Entry, index: int = 0, doing: bool = False) -> None:
        """`doing`: where there is no room for both, the activity comes before the text."""
        super().__init__()
        self._doing = doing
        assert entry.lesson is not None, "a broken lesson is never opened"
        self.lab = lab
        self.entry = entry
        self.lesson: Lesson = entry.lesson
        self.index = min(max(index, 0), len(self.lesson.step) - 1)
        self.activity: Activity | None = None
        self._warming: Timer | None = None
        self._phase = ""
        self._changing = asyncio.Lock()
        """Held while the activity comes or goes: one that is taken away half made fails in its own `on_mount`."""

    @property
    def step(self) -> AnyStep:
        return self.lesson.step[self.index]

    @property
    def steps(self) -> Sequence[AnyStep]:
        return self.lesson.step

    def compose_body(self) -> ComposeResult:
        yield SearchField()
        with Horizontal(id="body"):
            yield Reading(id="text")
            yield Container(id="activity")

    def on_mount(self) -> None:
        self._show()
        self._warming = self.set_interval(WARMING, self._warmed)

    def _warmed(self) -> None:
        """The status line says what the engine does, without waiting for a key, until it is ready."""
        phase = self.lab.engine.poll().phase
        if phase != self._phase:
            self._phase = phase
            self._keys()
        if phase in ("ready", "dead") and self._warming is not None:
            self._warming.stop()

    def _show(self) -> None:
        """Text first; the activity follows behind the frame that shows it."""
        step = self.step
        alone = isinstance(step, ReadingStep)
        self.set_class(alone, "-alone")
        reads = alone or (bool(step.text) and not self._doing)
        self._doing = False
        self.set_class(reads, "-text")
        self.set_class(not reads, "-doing")
        self.query_one(Reading).set_text(heading(step))
        self._title()
        self._keys()
        self.lab.record(Visited(lesson=self.lesson.id, step_id=step.id))
        if alone:
            self.lab.record(Done(lesson=self.lesson.id, step_id=step.id))
            self.query_one(Reading).focus()
        else:
            self.set_timer(BEHIND, partial(self.call_after_refresh, self._begin_activity, self.index))

    async def _begin_activity(self, index: int) -> None:
        async with self._changing:
            if index != self.index or self.activity is not None or not present(self):
                return
            module, name = ACTIVITIES[type(self.step)].split(":")
            kind = cast("type[Activity]", getattr(import_module(module), name))
            try:
                activity = kind(self.lab, self.lesson, self.step)
            except SettingError as error:
                activity = Refused(self.lab, self.lesson, self.step, refusal(error, self.entry.path.name))
            await self.query_one("#activity").mount(activity)
            if not present(activity):
                return
            self.activity = activity  # only now: keys and the footer ask for what it is made of
        if self.has_class("-searching"):
            pass  # whoever types a word is not to be interrupted
        elif self.found is not None or (self.has_class("-narrow") and self.has_class("-text")):
            self.query_one(Reading).focus()
        else:
            self.activity.begin()
        self._keys()

    async def action_go(self, by: int) -> None:
        async with self._changing:
            index = self.index + by
            if 0 <= index < len(self.lesson.step):
                await self._end_activity()
                if present(self):
                    self.index = index
                    self._show()
                return
        if index < 0:
            self.notify("This is the first step.", timeout=5)
        elif self.is_active:
            self._end_of_lesson()

    async def jump(self, index: int) -> None:
        """Show the step with this index."""
        await self.action_go(index - self.index)

    def _end_of_lesson(self) -> None:
        """Nobody falls into the next lesson by accident, or leaves steps behind without knowing."""
        done = self.lab.progress.done(self.lesson.id)
        still = [n for n, step in enumerate(self.lesson.step) if step.id not in done]
        follower = self.lab.after(self.entry)

        async def chosen(choice: str | None) -> None:
            if choice == "open" and still:
                await self.jump(still[0])
            elif choice == "next" and follower is not None:
                await self._leave_for(LessonScreen(self.lab, follower))
            elif choice == "write":
                self.action_hand_in()
            elif choice == "course":
                await self.action_leave()

        titles = [(n + 1, self.lesson.step[n].title) for n in still]
        self.app.push_screen(EndScreen(self.lesson.title, len(done), titles, follower), chosen)

    async def _leave_for(self, other: LessonScreen) -> None:
        async with self._changing:
            await self._end_activity()
            if self.is_active:
                self.app.switch_screen(other)

    async def _end_activity(self) -> None:
        """Under the lock."""
        if self.activity is not None:
            activity, self.activity = self.activity, None
            activity.leave()
            await activity.remove()

    def action_runs(self) -> None:
        """The notebook, and from it to the step of a run."""
        notebook = import_module(NOTEBOOK).NotebookScreen(self.lab, self.entry)

        async def chosen(_: None) -> None:
            if notebook.chosen is not None:
                await self._leave_for(LessonScreen(self.lab, *notebook.chosen))

        self.app.push_screen(notebook, chosen)

    async def action_leave(self) -> None:
        if self.found is not None:
            self.end_search()
            return
        if self.focused is not None and self.activity is not None and self.activity.escape():
            return
        await self.leave()

    async def leave(self) -> None:
        """To the course."""
        async with self._changing:
            await self._end_activity()
            if self.is_active:
                await self.run_action("app.course")

    def action_switch(self) -> None:
        """In a wide terminal the focus moves, in a narrow one the shown half changes."""
        if self.activity is None:
            return
        to_text = self.has_class("-doing") if self.has_class("-narrow") else self.focused is not self.query_one(Reading)
        self.set_class(to_text, "-text")
        self.set_class(not to_text, "-doing")
        if to_text:
            self.query_one(Reading).focus()
        else:
            self.activity.begin()
        self._keys()

    async def on_key(self, event: events.Key) -> None:
        """While the text has the focus, keys that mean nothing to it go to the activity."""
        if self.activity is None or not isinstance(self.focused, Reading) or event.key in Reading.KEYS:
            return
        for binding in self.activity.bindings():
            if binding.key == event.key and not self.has_class("-narrow"):
                event.stop()
                await self.app.run_action(binding.action, self.activity)
                return
        if self.activity.typed(event.character or ""):
            event.stop()

    def action_page(self, by: int) -> None:
        reading = self.query_one(Reading)
        (reading.scroll_page_down if by > 0 else reading.scroll_page_up)(animate=False)

    def on_activity_changed(self, message: Activity.Changed) -> None:
        self._keys()

    def on_activity_passed(self, message: Activity.Passed) -> None:
        self.lab.record(Done(lesson=self.lesson.id, step_id=message.step_id))
        self._title()

    async def on_activity_next(self, message: Activity.Next) -> None:
        await self.action_go(1)

    def on_resize(self, event: events.Resize) -> None:
        self._keys()

    def search_changed(self) -> None:
        self._keys()

    def _title(self) -> None:
        steps = len(self.lesson.step)
        left = Text.assemble(
            (f"{self.entry.number} {self.lesson.title}", "bold"), " › ", f"{self.index + 1}/{steps} {self.step.title}"
        )
        done = self.lab.progress.done(self.lesson.id)
        dots = Text("".join("●" if step.id in done else "○" for step in self.lesson.step))
        dots.stylize("bold reverse", self.index, self.index + 1)
        self.top.say(left, dots)

    def _keys(self) -> None:
        keys, told = self.search_keys()
        if keys:
            self.bottom.keys(keys)
            self.bottom.say(right=told)
            return
        moves: list[Key] = [("n", "next"), ("p", "back")]
        if self.activity is not None and self.has_class("-narrow"):
            doing = self.has_class("-doing")
            keys = list(self.activity.keys())[:3] if doing else []
            moves = [("tab", "text" if doing else "try it"), *moves[: 1 if doing else 2]]
        elif self.activity is not None:
            keys = list(self.activity.keys())[:3]
        typing = isinstance(self.focused, Input)
        self.bottom.keys(keys if typing else [*keys, *moves, ("?", "help")])
        self.bottom.say(right=self.activity.status() if self.activity is not None else Text())
