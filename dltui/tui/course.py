"""The course screen: all lessons, what is done, what waits, what is broken."""

from __future__ import annotations

import time
from importlib import import_module

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from dltui.journal.folder import RunSummary, runs
from dltui.journal.run import Run
from dltui.lesson.find import Entry
from dltui.plot.bars import sparkline
from dltui.tui.bars import fit
from dltui.tui.keys import bound
from dltui.tui.lab import Lab
from dltui.tui.lesson import NOTEBOOK, LessonScreen
from dltui.tui.listing import ListScreen
from dltui.tui.spelling import pressed
from dltui.tui.theme import in_ascii, typeset

SPARKS = 16
"""Columns of the loss of the last run."""


class CourseScreen(ListScreen):
    DEFAULT_CSS = """
    CourseScreen #body { height: 1fr; }
    CourseScreen OptionList, CourseScreen OptionList:focus {
        width: 1fr; max-width: 64; border: none; background: $background; padding: 1 1 0 1; scrollbar-size-vertical: 1;
        background-tint: $background 0%;
    }
    CourseScreen #about { width: 1fr; border-left: solid $foreground 35%; padding: 1 2; }
    CourseScreen #about Static { width: auto; }
    CourseScreen OptionList > .option-list--option-disabled { color: $secondary; }
    CourseScreen.-narrow #body { layout: vertical; }
    CourseScreen.-narrow OptionList { max-width: 100; height: auto; max-height: 50%; }
    CourseScreen.-narrow #about { border-left: none; border-top: solid $foreground 35%; width: 100%; height: 1fr; }
    CourseScreen Input { display: none; border: none; height: 1; padding: 0 1; }
    CourseScreen.-searching Input { display: block; }
    """
    BINDINGS = bound("course")
    HELP_TEXT = """
The lessons of the course, in teaching order.

- `↑` `↓` or `j` `k` choose a lesson, `enter` opens it where you left it.
- `r` opens the lab notebook: all runs of the lesson, with their settings and what came of them.
- `/` searches titles and goals; `escape` shows all again.
- `●` done, `◐` begun, `○` waiting, `✗` its file has an error: choose it to read which.
- `ctrl+p` finds any lesson, step or command by name.
"""

    def __init__(self, lab: Lab) -> None:
        super().__init__()
        self.lab = lab
        self._runs: list[RunSummary] | None = None

    def compose_body(self) -> ComposeResult:
        yield Input(placeholder="search lessons", compact=True)
        with Horizontal(id="body"):
            yield OptionList(markup=False)
            with VerticalScroll(id="about", can_focus=False):
                yield Static(markup=False)

    def on_mount(self) -> None:
        self.query_one(Input).cursor_blink = False
        self._fill()
        self.app.theme_changed_signal.subscribe(self, lambda _: self._describe())
        self.query_one(OptionList).focus()
        self.call_after_refresh(self._tell_of_runs)
        self.bottom.keys([("↵", "open"), ("/", "search"), ("r", "runs"), ("^p", "palette"), ("?", "help"),
                          ("q", "quit")])  # fmt: skip

    def on_screen_resume(self) -> None:
        if self.is_mounted:
            self._runs = None
            self._fill()
            self._tell_of_runs()

    def _tell_of_runs(self) -> None:
        """That one goes on with no window at its side."""
        adrift = self.lab.adrift()
        many = f"{len(adrift)} runs go on" if len(adrift) > 1 else "a run goes on"
        key = f"{pressed(self.app, 'app.attach')} "
        self.bottom.say(right=Text.assemble((key, "bold"), many) if adrift else Text())

    def _entries(self) -> list[Entry]:
        words = self.query_one(Input).value.lower().split()
        found = []
        for entry in self.lab.course.entries:
            text = " ".join([entry.number, entry.id, entry.title, *entry.goals]).lower()
            if all(word in text for word in words):
                found.append(entry)
        return found

    def _fill(self) -> None:
        options = self.query_one(OptionList)
        chosen = self._chosen()
        last = self.lab.progress.last()
        wanted = chosen.path if chosen else None
        width = max(20, min(58, self.app.size.width - 6))
        rows: list[Option] = []
        part = ""
        highlighted = None
        for entry in self._entries():
            if entry.part != part:
                part = entry.part
                rows.append(Option(Text(f"\n {part}" if rows else f" {part}", "bold"), disabled=True))
            if str(entry.path) == str(wanted) or (wanted is None and last and entry.id == last[0]):
                highlighted = len(rows)
            rows.append(Option(self._row(entry, width), id=str(entry.path)))
        options.clear_options()
        options.add_options(rows)
        first = next((i for i, row in enumerate(rows) if not row.disabled), None)
        options.highlighted = highlighted if highlighted is not None else first
        self._summary()

    def _row(self, entry: Entry, width: int) -> Text:
        if entry.lesson is None:
            return Text(fit(f"   ✗ {entry.number:>2}  {entry.title}: {entry.problems[0].message}", width), "dim")
        done, total = len(self.lab.progress.done(entry.id)), entry.steps
        mark = "●" if done >= total else "◐" if done or self.lab.progress.position(entry.id) else "○"
        state = "done" if done >= total else f"{done}/{total}" if mark == "◐" else f"{entry.minutes} min"
        return Text(f"   {mark} {entry.number:>2}  {fit(entry.title, width - 19)} {state:>8}")

    def _summary(self) -> None:
        lessons = [entry for entry in self.lab.course.entries if entry.lesson is not None]
        done = sum(len(self.lab.progress.done(entry.id)) >= entry.steps for entry in lessons)
        minutes = sum(entry.minutes for entry in lessons)
        hours = f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
        right = Text(f"{done} of {len(lessons)} lessons done · {hours}")
        if not self.lab.state.remembered:
            right = Text("nothing will be remembered", "bold")
        self.top.say(Text("dltui  a deep-learning laboratory", "bold"), right)

    def _chosen(self) -> Entry | None:
        options = self.query_one(OptionList)
        if options.highlighted is None:
            return None
        path = options.get_option_at_index(options.highlighted).id
        return next((entry for entry in self.lab.course.entries if str(entry.path) == path), None)

    @on(OptionList.OptionHighlighted)
    def _describe(self) -> None:
        entry = self._chosen()
        if entry is not None:
            beside = 0 if self.has_class("-narrow") else min(64, self.app.size.width // 2)
            width = max(20, min(72, self.app.size.width - beside - 6))
            about = typeset(self.app, _about(entry, self.lab), width)
            self.query_one("#about Static", Static).update(about.append(self._last_run(entry)))

    def _last_run(self, entry: Entry) -> str:
        """The loss of the newest run of a lesson, in a line."""
        if self._runs is None:
            self._runs = runs(self.lab.state.folder)
        newest = next((run for run in self._runs if run.lesson == entry.id and run.step), None)
        if newest is None:
            return ""
        loss = Run.read(newest.folder).series.get("loss")
        values = [loss.at(step) for step in loss.steps] if loss is not None else []
        line = sparkline([found[1] if found else None for found in values], SPARKS, in_ascii(self.app))
        return f"\n\nlast run: {newest.step_id}, {newest.state}, {ago(time.time() - newest.t)}\nloss  {line}"

    @on(OptionList.OptionSelected)
    def action_open(self) -> None:
        entry = self._chosen()
        if entry is None or not self.is_active:  # opened already: enter was pressed twice
            return
        if entry.lesson is None:
            self.notify("\n".join(str(problem) for problem in entry.problems[:6]), title="This lesson has errors",
                        severity="error", timeout=12, markup=False)
            return
        place = self.lab.progress.position(entry.id)
        ids = [step.id for step in entry.lesson.step]
        self.app.push_screen(LessonScreen(self.lab, entry, ids.index(place) if place in ids else 0))

    def action_runs(self) -> None:
        """The notebook of the lesson in hand, and from it to the step of a run."""
        entry = self._chosen()
        if entry is None:
            return
        notebook = import_module(NOTEBOOK).NotebookScreen(self.lab, entry)

        def chosen(_: None) -> None:
            if notebook.chosen is not None:
                self.app.push_screen(LessonScreen(self.lab, *notebook.chosen))

        self.app.push_screen(notebook, chosen)

    def action_search(self) -> None:
        self.add_class("-searching")
        self.query_one(Input).focus()

    def action_close_search(self) -> None:
        self.query_one(Input).value = ""
        self.remove_class("-searching")
        self.query_one(OptionList).focus()

    @on(Input.Changed)
    def _search(self) -> None:
        self._fill()

    @on(Input.Submitted)
    def _searched(self) -> None:
        self.query_one(OptionList).focus()

    def on_resize(self, event: events.Resize) -> None:
        self._fill()


def ago(seconds: float) -> str:
    """How long since, in the unit that says most."""
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {name}{'s' if count > 1 else ''} ago"
    return "just now"


def _about(entry: Entry, lab: Lab) -> str:
    """Markdown for the right half."""
    if entry.lesson is None:
        lines = "\n".join(f"- `{problem}`" for problem in entry.problems[:12])
        return f"## {entry.path.name}\n\nThis file has errors, the other lessons are not affected.\n\n{lines}"
    goals = "\n".join(f"- {goal}" for goal in entry.goals)
    titles = {other.id: f"{other.number} {other.title}" for other in lab.course.entries}
    needs = ", ".join(titles.get(need, need) for need in entry.needs)
    before = f"\n\nTake first: {needs}" if needs else ""
    length = f"{entry.minutes} minutes, {entry.steps} steps"
    return f"## {entry.title}\n\n{entry.intro}\n\n**You will**\n\n{goals}\n\n{length}{before}"
