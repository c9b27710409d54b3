"""A run as its journal tells it: the fold of its events."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from pathlib import Path
from typing import Literal

import msgspec

from dltui.journal.events import Adapted, AnyEvent, Continued, Failed, Finished, Metrics, Paused, Snapshot, Started
from dltui.journal.owner import JOURNAL, alive
from dltui.journal.series import Series
from dltui.journal.tail import Tail

State = Literal["waiting", "running", "paused", "done", "stopped", "diverged", "failed", "lost"]
"""`waiting`: nothing written yet. `lost`: its process is gone and it never said how it ended."""
SNAPSHOTS_PER_VIEW = 400
_BATCHES = 40
"""Metrics events over which the speed is measured, about two seconds."""
_LARGEST_STEP = 2**53
"""Beyond it a float no longer counts in ones."""
_MOST_VARIANTS = 4096


class Run:
    """Give it every event of one journal in order. A start from step 0 begins anew; a resumed start goes back to its
    checkpoint and drops what was written after it."""

    def __init__(self) -> None:
        self.started: Started | None = None
        """The newest start, with the experiment, its digest, torch's version and so on."""
        self.run = ""
        self.lesson = ""
        self.step_id = ""
        self.state: State = "waiting"
        self.step = 0
        """Optimiser steps done."""
        self.steps = 0
        """Optimiser steps in all."""
        self.seed = 0
        self.device = ""
        self.device_reason = ""
        self.seconds = 0.0
        """Training time."""
        self.domain: list[float] = []
        self.points: list[list[float]] = []
        self.series: dict[str, Series] = {}
        self.snapshots: dict[str, list[Snapshot]] = {}
        """By view, in order of steps, at most SNAPSHOTS_PER_VIEW each."""
        self.final: dict[str, float | None] = {}
        self.message = ""
        """Why it failed or diverged, for the learner."""
        self.notes: list[str] = []
        """What the run met and how it went on, for the learner: one sentence each."""
        self.layer = ""
        self.checkpoint = ""
        self.resumed = False
        self.variants: list[Run] = []
        """The runs of a comparison, each a run of its own; a comparison itself has no series."""
        self.skipped = 0
        """Damaged lines in its journal, as far as `read` found them."""
        self._recent: deque[tuple[float, int]] = deque(maxlen=_BATCHES)

    @classmethod
    def read(cls, folder: Path) -> Run:
        """The run of a folder as it stands now; `waiting` if there is no journal."""
        run, tail = cls(), Tail(folder / JOURNAL)
        while events := tail.read():
            for event in events:
                run.apply(event)
        run.skipped = tail.skipped
        if run.state in ("running", "paused") and not alive(folder):
            run.lose()
        return run

    @property
    def logarithmic(self) -> bool:
        """Whether its experiment asks for curves on a logarithmic height."""
        return self.started is not None and self.started.experiment.get("log") is True

    @property
    def steps_per_second(self) -> float:
        """Over the last batches of metrics; 0 if unknown."""
        if len(self._recent) < 2:
            return 0.0
        (first_seconds, first_step), (last_seconds, last_step) = self._recent[0], self._recent[-1]
        return (last_step - first_step) / (last_seconds - first_seconds) if last_seconds > first_seconds else 0.0

    @property
    def over(self) -> bool:
        return self.state not in ("waiting", "running", "paused")

    def snapshot(self, view: str, step: float) -> Snapshot | None:
        """The last snapshot at or before the step."""
        taken = self.snapshots.get(view, [])
        index = bisect_right(taken, step, key=_step)
        return taken[index - 1] if index else None

    def lose(self) -> None:
        """Its process is gone."""
        self.state = "lost"
        self.message = f"The engine ended at step {self.step} without a word."
        for each in self.variants:
            if not each.over:
                each.lose()

    def apply(self, event: AnyEvent) -> None:
        if event.variant:
            self._compare(event)
            return
        match event:
            case Started():
                self._start(event)
            case Metrics():
                self._measure(event)
            case Snapshot():
                self._keep(event)
            case Paused(step=step):
                self.state, self.step = "paused", step
            case Continued(step=step):
                self.state, self.step = "running", step
            case Adapted():
                self.device, self.device_reason = event.device, event.device_reason
                self.notes.append(event.message)
            case Finished():
                self.state, self.step, self.seconds = event.reason, event.step, event.seconds
                self.final, self.checkpoint = event.final, event.checkpoint
            case Failed():
                self.state = "diverged" if event.reason == "diverged" else "failed"
                self.step, self.message, self.layer = event.step, event.message, event.layer
                self.checkpoint = event.checkpoint

    def _compare(self, event: AnyEvent) -> None:
        """What is told about one variant."""
        if not 0 < event.variant <= _MOST_VARIANTS:
            return
        while len(self.variants) < event.variant:
            self.variants.append(Run())
        one = self.variants[event.variant - 1]
        one.apply(msgspec.structs.replace(event, variant=0))
        if isinstance(event, Started):
            one.domain, one.points = self.domain, self.points
        self.step = max(self.step, one.step)

    def _start(self, event: Started) -> None:
        if event.resumed_at:
            for series in self.series.values():
                series.cut(event.resumed_at + 1)
            for view, taken in self.snapshots.items():
                self.snapshots[view] = taken[: bisect_right(taken, event.resumed_at, key=_step)]
        else:
            self.series, self.snapshots, self.seconds, self.variants = {}, {}, 0.0, []
        self.started, self.state, self.step = event, "running", event.resumed_at
        self.run, self.lesson, self.step_id = event.run, event.lesson, event.step_id
        self.steps, self.seed, self.device, self.device_reason = (
            event.steps, event.seed, event.device, event.device_reason,
        )  # fmt: skip
        self.domain, self.points = event.domain, event.points
        self.final, self.message, self.layer, self.checkpoint = {}, "", "", ""
        self.resumed = event.resumed_at > 0
        self.notes = []
        self._recent.clear()

    def _measure(self, event: Metrics) -> None:
        for name, (steps, values) in event.series.items():
            if not steps or not 0 <= min(steps) <= max(steps) <= _LARGEST_STEP:
                continue
            self.series.setdefault(name, Series()).extend(steps, values)
            self.step = max(self.step, steps[-1])
        self.seconds = event.seconds
        self._recent.append((event.seconds, self.step))
        if self.state == "waiting":
            self.state = "running"

    def _keep(self, event: Snapshot) -> None:
        taken = self.snapshots.setdefault(event.view, [])
        del taken[bisect_left(taken, event.step, key=_step) :]
        taken.append(event)
        if len(taken) > SNAPSHOTS_PER_VIEW:
            # Without its neighbours' help the closest-packed one is missed least; the ends always stay.
            gaps = ((taken[index + 1].step - taken[index - 1].step, index) for index in range(1, len(taken) - 1))
            del taken[min(gaps)[1]]


def _step(snapshot: Snapshot) -> int:
    return snapshot.step
