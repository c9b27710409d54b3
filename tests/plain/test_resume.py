from __future__ import annotations

import json
from pathlib import Path

import pytest

from dltui.engine.control import Control
from dltui.engine.recording import record
from dltui.engine.train import train
from dltui.journal.events import AnyEvent, Metrics
from dltui.journal.folder import path, runs
from dltui.lesson.layers import Linear, Tanh
from dltui.lesson.records import Experiment, Optimizer
from dltui.places import state_dir
from dltui.plain.resume import NothingToResume, chosen, resume

NAME = "20260101-000000-000-lesson-train-00000000"


def experiment(step_id: str = "train") -> Experiment:
    return Experiment(id=step_id, title="XOR", data="xor", model=[Linear(out=8), Tanh(), Linear(out=2)],
                      loss="cross_entropy", optimizer=Optimizer(kind="adam", lr=0.05), steps=300)  # fmt: skip


def stopped(name: str, made: Experiment, after: int = 100) -> Path:
    """A run that was stopped about there."""
    control = Control()
    where = path(state_dir(), name)

    def hear(event: AnyEvent) -> None:
        if isinstance(event, Metrics) and max(event.series.get("loss", ([0], []))[0]) >= after:
            control.stop()

    control.single(after)
    record(where, lambda: train(made, lesson="lesson", run=name, control=control, folder=where), hear)
    return where


def test_the_newest_run_that_ended_before_its_time_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    stopped(NAME, experiment())
    assert runs(state_dir())[0].state == "stopped"
    assert resume("", None, device="auto", as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["run"], told["state"], told["steps"]) == (NAME, "done", 300)
    with pytest.raises(NothingToResume, match="no run ended before its time"):
        chosen("", None)
    with pytest.raises(NothingToResume, match="is done: there is nothing to resume"):
        chosen(NAME, None)


def test_a_run_is_named_by_its_end_or_by_its_step() -> None:
    stopped(NAME, experiment())
    stopped(NAME.replace("2026", "2027").replace("00000000", "12345678"), experiment("other"))
    assert chosen("12345678", None).step_id == "other"
    assert chosen("", ("lesson", "train")).step_id == "train"
    assert chosen("", None).step_id == "other"
    with pytest.raises(NothingToResume, match="no run of lesson/none ended"):
        chosen("", ("lesson", "none"))
    with pytest.raises(NothingToResume, match="there is no run nonsense"):
        chosen("nonsense", None)
