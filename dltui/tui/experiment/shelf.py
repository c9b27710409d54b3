"""The runs of one experiment: those of earlier sittings, those of this one, and which of them is in focus."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from dltui.journal import folder
from dltui.journal.events import Failed
from dltui.journal.folder import runs
from dltui.journal.run import Run
from dltui.journal.tail import Tail
from dltui.journal.writer import Writer
from dltui.tui.experiment.teams import Team, teams

KEPT = 5
"""Runs on one chart: more is a thicket."""
MOMENTS = 200
"""At most about so many places to stop at on the way through a run without pictures."""
ACTIVE = ("waiting", "running", "paused")


@dataclass
class Watched:
    """A run and where its journal is read from."""

    run: Run
    tail: Tail
    folder: Path
    number: int
    chosen: int = 0
    """The line of a comparison that is in focus."""
    _teams: list[Team] = field(default_factory=list)

    @property
    def active(self) -> bool:
        return self.run.state in ACTIVE

    @property
    def teams(self) -> list[Team]:
        """The lines of a comparison, up to date; none for a single run."""
        if sum(len(team.members) for team in self._teams) != len(self.run.variants):
            self._teams = teams(self.run)
        for team in self._teams:
            team.follow()
        return self._teams

    @property
    def seen(self) -> Run:
        """The run itself, or the line of a comparison that is in focus."""
        return self._teams[self.chosen % len(self._teams)].run if self._teams else self.run

    def poll(self) -> bool:
        """Fold in what was written since the last look. True when there was something."""
        events = self.tail.read()
        for event in events:
            self.run.apply(event)
        return bool(events)

    @property
    def resumable(self) -> bool:
        """It ended before its time and left a checkpoint."""
        return self.run.state in ("stopped", "lost", "failed") and (self.folder / folder.CHECKPOINT).exists()

    def reread(self) -> None:
        """As the journal tells it, whatever was believed here."""
        self.run, self.tail, self._teams = Run(), Tail(self.folder / folder.JOURNAL), []
        while self.poll():
            pass

    def lose(self, reason: str) -> None:
        """Its engine is dead: say so in the journal, which nobody else writes any more."""
        with suppress(OSError):  # it had no folder yet, or the disk is full
            if folder.claim(self.folder):
                with Writer(self.folder / folder.JOURNAL) as writer:
                    writer.append(Failed(step=self.run.step, reason="crash", message=reason))
                folder.release(self.folder)
        self.poll()
        if self.active:
            self.run.lose()
        self.run.message = f"{reason[:1].upper()}{reason[1:]} at step {self.run.step}."
        self.run.state = "lost"


class Shelf:
    """Newest last."""

    def __init__(self, state: Path, lesson: str, step_id: str, wanted: str = "") -> None:
        """`wanted` is a run that counts as the newest, if it is one of these."""
        self._state = state
        self._lesson = lesson
        self._step_id = step_id
        self.watched: list[Watched] = []
        self._focus = -1
        for summary in runs(state):
            shown = len(self.watched) < KEPT - 1 or summary.run == wanted
            if shown and (summary.lesson, summary.step_id) == (lesson, step_id):
                self._open(folder.path(state, summary.run))
        self.watched.reverse()
        self.watched.sort(key=lambda each: each.folder.name == wanted)
        for number, each in enumerate(self.watched, 1):
            each.number = number

    @property
    def skipped(self) -> int:
        """Damaged lines in the journals."""
        return sum(each.tail.skipped for each in self.watched)

    def _open(self, where: Path) -> None:
        watched = Watched(Run(), Tail(where / folder.JOURNAL), where, 0)
        while watched.poll():
            pass
        if watched.active and not folder.alive(where):
            watched.run.lose()
        if watched.run.series or watched.run.variants or watched.active:
            self.watched.append(watched)

    def begin(self, run_id: str) -> Watched:
        """Put a run on the shelf that the engine is about to start; it comes into focus."""
        where = folder.path(self._state, run_id)
        number = self.watched[-1].number + 1 if self.watched else 1
        self.watched = [*self.watched[-(KEPT - 1) :], Watched(Run(), Tail(where / folder.JOURNAL), where, number)]
        self._focus = -1
        return self.watched[-1]

    @property
    def focus(self) -> Watched | None:
        return self.watched[self._focus] if self.watched else None

    @property
    def current(self) -> Watched | None:
        """The run that keys like pause act on: the newest."""
        return self.watched[-1] if self.watched else None

    def moment(self, at: int | None, by: int) -> int | None:
        """So many steps before or after `at` that one can look at in the run in focus; None is the newest."""
        steps = self._moments()
        if not steps or self.focus is None:
            return None
        here = self.focus.seen.step if at is None else at
        if by < 0:
            return steps[max(0, bisect_left(steps, here) + by)]
        place = bisect_right(steps, here) + by - 1
        return steps[place] if place < len(steps) - 1 else None

    def _moments(self) -> list[int]:
        """The steps of the snapshots of the run in focus, in order; some of its measurements where it has none."""
        if self.focus is None:
            return []
        run = self.focus.seen
        steps = sorted({snapshot.step for taken in run.snapshots.values() for snapshot in taken})
        if not steps and run.series:
            longest = max(run.series.values(), key=lambda series: len(series.steps)).steps
            every = -(-len(longest) // MOMENTS)
            steps = [int(step) for step in [*longest[::every], longest[-1]]] if len(longest) else []
        return steps

    def focus_next(self) -> None:
        """The next line of the comparison in focus, or another run."""
        if self.focus is not None and self.focus.chosen < len(self.focus.teams) - 1:
            self.focus.chosen += 1
        elif self.focus is not None:
            self.focus.chosen = 0
            self._focus = -1 - (-self._focus % len(self.watched))

    def forget_older(self) -> None:
        """Take all but the run in focus and active ones off the chart; their folders stay."""
        self.watched = [each for each in self.watched if each is self.focus or each.active]
        self._focus = -1

    def poll(self) -> bool:
        """Look at the journals of all active runs. True when anything is new."""
        news = [each.poll() for each in self.watched if each.active]
        return any(news)

    @property
    def active(self) -> bool:
        return any(each.active for each in self.watched)

    def mark_lost(self, reason: str) -> bool:
        """The engine is dead, and with it its runs. A run of another engine lives on. True if any was lost."""
        gone = [each for each in self.watched if each.active and not folder.alive(each.folder)]
        for each in gone:
            each.lose(reason)
        return bool(gone)
