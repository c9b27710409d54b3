"""A clock that jumps changes what people read, not the order of things nor how long they took."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

import pytest

from dltui.engine.headless import run
from dltui.journal.events import AnyEvent, Metrics
from dltui.journal.folder import JOURNAL, alive, runs
from dltui.journal.run import Run
from dltui.journal.tail import Tail
from dltui.journal.writer import Writer
from dltui.lesson.layers import Linear, Tanh
from dltui.lesson.records import Experiment, Optimizer


def test_a_clock_that_jumps_by_days_at_every_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = Experiment(id="train", title="", data="xor", model=[Linear(out=8), Tanh(), Linear(out=2)],
                            loss="cross_entropy", optimizer=Optimizer(kind="adam", lr=0.05), steps=2000)  # fmt: skip
    jumps = itertools.cycle([0.0, 86_400.0, -86_400.0, 3e8])
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + next(jumps))
    assert Writer.__init__.__kwdefaults__ is not None
    monkeypatch.setitem(Writer.__init__.__kwdefaults__, "clock", lambda: time.time())
    folder = tmp_path / "runs" / "20260101-000000-000-l-train-0"
    seen: list[bool] = []

    def look(event: AnyEvent) -> None:
        seen.append(alive(folder))

    began = time.perf_counter()
    done = run(experiment, "l", folder, device="cpu", on_event=look)
    took = time.perf_counter() - began
    assert done.state == "done"
    assert 0 < done.seconds < took
    assert all(seen)
    assert not alive(folder)
    events = Tail(folder / JOURNAL).read()
    assert [event.n for event in events] == list(range(len(events)))
    lasted = [event.seconds for event in events if isinstance(event, Metrics)]
    assert lasted == sorted(lasted)
    assert max(event.t for event in events) - min(event.t for event in events) > 86_400
    assert list(Run.read(folder).series["loss"].steps) == list(range(1, 2001))
    assert [summary.state for summary in runs(tmp_path)] == ["done"]
