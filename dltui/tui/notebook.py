"""The lab notebook: all runs of a lesson in a table, to be sorted, opened again, and cleared up."""

from __future__ import annotations

import time
from pathlib import Path

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from dltui.journal.folder import discard, restore, runs
from dltui.lesson.find import Entry
from dltui.plot.notebook import SORTS, Note, brief, details, note, table
from dltui.text import clean
from dltui.tui.bars import Line
from dltui.tui.clipboard import copied
from dltui.tui.keys import bound
from dltui.tui.lab import Lab
from dltui.tui.listing import ListScreen
from dltui.tui.spelling import pressed
from dltui.tui.theme import in_ascii

READING, SPELL = 0.02, 0.05
"""Seconds between two spells of reading journals, in which keys are heard, and of such a spell."""
MARGIN = 3
"""Columns of a line of the list that are not the table's."""


class NotebookScreen(ListScreen):
    DEFAULT_CSS = """
    NotebookScreen #head { padding: 1 1 0 1; height: 2; color: $text-muted; text-wrap: nowrap; }
    NotebookScreen OptionList, NotebookScreen OptionList:focus {
        height: 1fr; border: none; background: $background; padding: 0 1; scrollbar-size-vertical: 1;
        background-tint: $background 0%; text-wrap: nowrap;
    }
    NotebookScreen #about { height: auto; max-height: 50%; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    """
    BINDINGS = bound("runs")
    HELP_TEXT = """
Every run you made, with what was changed of the lesson's settings and what came of it.

- `enter` shows the curves of a run again, at its step of the lesson.
- `s` sorts by the next column, `S` the other way round; `a` takes the runs of all lessons, or of one again.
- `d` deletes a run with its curves, `u` brings it back as long as nothing new was trained.
- *claim* is what the lesson says of such a run, *guess* what you said before; below the list stands the rest of it.
- `y` copies the table. `dltui runs LESSON` prints it.
"""

    def __init__(self, lab: Lab, entry: Entry) -> None:
        super().__init__()
        self.lab = lab
        self._entry = entry
        self._all = False
        self._notes: list[Note] = []
        """In the order of the list."""
        self._sort = "when"
        self._reverse = False
        self._thrown: list[Path] = []
        self._reader: Timer | None = None
        self.chosen: tuple[Entry, int, bool] | None = None
        """The step of the run that is to be shown, and that its curves come before the text."""

    def compose_body(self) -> ComposeResult:
        yield Static(id="head", markup=False)
        yield OptionList(markup=False)
        yield Line()
        yield Static(id="about", markup=False)

    def on_mount(self) -> None:
        self._reader = self.set_interval(READING, self._read_next, pause=True)
        self.query_one(OptionList).focus()
        self.bottom.keys([("↵", "curves"), ("s", "sort"), ("d", "delete"), ("u", "undo"), ("a", "all lessons"),
                          ("q", "back")])  # fmt: skip
        self._load()

    def on_resize(self, event: events.Resize) -> None:
        self._fill()

    def _load(self, wanted: Path | None = None) -> None:
        """Everything there is, told by the ends of the journals; the rest is read one by one."""
        known = {each.run.folder: each for each in self._notes}
        there = [run for run in runs(self.lab.state.folder)
                 if run.lesson and (self._all or run.lesson == self._entry.id)]  # fmt: skip
        self._notes = [known.get(run.folder) or brief(run, self.lab.course) for run in there]
        self._sorted(wanted)
        if self._reader is not None:
            self._reader.resume()

    def _read_next(self) -> None:
        end = time.monotonic() + SPELL
        waiting = [place for place, each in enumerate(self._notes) if not each.lines]
        for place in waiting:
            self._notes[place] = note(self._notes[place].run, self.lab.course, self.lab.progress)
            if time.monotonic() > end:
                break
        if waiting:
            self._fill()
        elif self._reader is not None:
            self._reader.pause()

    def _sorted(self, wanted: Path | None = None) -> None:
        self._notes.sort(key=SORTS[self._sort], reverse=self._reverse)
        self._fill(wanted)

    def _fill(self, wanted: Path | None = None) -> None:
        """The same run stays chosen, wherever it is now, unless another is wanted."""
        options = self.query_one(OptionList)
        chosen, at = self._chosen(), options.highlighted or 0
        kept = wanted or (chosen.run.folder if chosen is not None else None)
        head, *rows = table(self._notes, max(40, self.size.width - MARGIN), ascii=in_ascii(self.app), lessons=self._all)
        arrow = "^" if in_ascii(self.app) else "▴" if self._reverse else "▾"
        self.query_one("#head", Static).update(Text(head.replace(f"{self._sort} ", f"{self._sort}{arrow}", 1), "bold"))
        options.clear_options()
        options.add_options([Option(Text(row, no_wrap=True), id=str(each.run.folder))
                             for row, each in zip(rows, self._notes, strict=True)])  # fmt: skip
        folders = [each.run.folder for each in self._notes]
        here = folders.index(kept) if kept in folders else at
        options.highlighted = min(here, len(rows) - 1) if rows else None
        whose = "all lessons" if self._all else f"{self._entry.number} {self._entry.title}"
        count = f"{len(rows)} run{'' if len(rows) == 1 else 's'}"
        self.top.say(Text(f"Runs of {whose}", "bold"), Text(count))
        self._describe()

    def _chosen(self) -> Note | None:
        options = self.query_one(OptionList)
        if options.highlighted is None:
            return None
        folder = options.get_option_at_index(options.highlighted).id
        return next((each for each in self._notes if str(each.run.folder) == folder), None)

    @on(OptionList.OptionHighlighted)
    def _describe(self) -> None:
        each = self._chosen()
        lines = ["No runs yet. Train an experiment: its runs are kept here."] if each is None else \
            details(each, max(40, self.size.width - MARGIN), ascii=in_ascii(self.app))
        self.query_one("#about", Static).update(Text("\n".join(lines), no_wrap=True))

    @on(OptionList.OptionSelected)
    def action_open(self) -> None:
        each = self._chosen()
        if each is None or not self.is_active:
            return
        entry = next((entry for entry in self.lab.course.entries if entry.id == each.run.lesson), None)
        ids = [step.id for step in entry.lesson.step] if entry is not None and entry.lesson is not None else []
        if entry is None or each.run.step_id not in ids:
            self.notify(clean(f"{each.place} is not among the lessons of the course."), timeout=6, markup=False)
            return
        self.lab.attached = each.run.run
        self.chosen = entry, ids.index(each.run.step_id), True
        self.dismiss(None)

    def action_sort(self) -> None:
        names = list(SORTS)
        self._sort = names[(names.index(self._sort) + 1) % len(names)]
        self._reverse = False
        self._sorted()

    def action_reverse(self) -> None:
        self._reverse = not self._reverse
        self._sorted()

    def action_all(self) -> None:
        self._all = not self._all
        self._load()

    def action_delete(self) -> None:
        each = self._chosen()
        if each is None:
            return
        try:
            gone = discard(each.run.folder)
        except OSError as error:
            self.notify(clean(f"It cannot be deleted: {error.strerror}."), severity="error", markup=False)
            return
        if not gone:
            self.notify("This run is being written at this moment; stop it first.", severity="warning", timeout=6)
            return
        self._thrown.append(each.run.folder)
        self._load()
        self.notify(f"Deleted. {pressed(self.app, 'runs.undo')} brings it back.", timeout=4, markup=False)

    def action_undo(self) -> None:
        if not self._thrown:
            self.notify("Nothing was deleted here.", timeout=4)
        elif restore(folder := self._thrown.pop()):
            self._load(folder)
            self.notify("It is back.", timeout=3)
        else:
            self.notify("It is gone for good: an engine has started since and emptied the trash.", severity="warning")

    def action_copy(self) -> None:
        self.notify(copied(self.app, "\n".join(table(self._notes, 0, lessons=self._all))), timeout=10, markup=False)
