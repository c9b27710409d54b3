"""Runs that are killed, and go on."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec
import pytest

from dltui.engine import checkpoint, headless, sweep
from dltui.engine.control import Control
from dltui.engine.recording import record
from dltui.engine.revival import CheckpointError, revival
from dltui.journal.events import AnyEvent, Failed, Metrics
from dltui.journal.folder import summary
from dltui.journal.run import Run
from dltui.lesson.comparison import Shard
from dltui.lesson.layers import Linear, Relu
from dltui.lesson.records import Experiment, Optimizer

Make = Callable[..., Experiment]
SUICIDE = """
import os, signal, sys, msgspec
from pathlib import Path
from dltui.engine import headless, keeper
from dltui.lesson.change import read
keeper.CHECKPOINT_SECONDS, keeper.CHECKPOINT_PATIENCE = 0.0, 0.0
folder = Path(sys.argv[1])
def die(event):
    if event.variant == int(sys.argv[3]) and max(getattr(event, "series", {}).get("loss", [[0]])[0]) > int(sys.argv[2]):
        if (folder / "checkpoint.npz").exists():
            os.kill(os.getpid(), signal.SIGKILL)
headless.run(read(msgspec.json.decode(sys.stdin.buffer.read())), "lesson", folder, device="cpu", on_event=die)
"""


def killed(experiment: Experiment, folder: Path, step: int, variant: int = 0) -> None:
    """Train in a process that is killed behind a step of a variant, when there is a checkpoint: by itself, because one
    that is killed from outside may be over before that."""
    words = [sys.executable, "-c", SUICIDE, str(folder), str(step), str(variant)]
    ended = subprocess.run(words, input=msgspec.json.encode(experiment), check=False)
    assert ended.returncode == -signal.SIGKILL


@pytest.mark.parametrize("step", [1, 120])
def test_a_killed_run_goes_on_with_the_curve_of_one_that_was_not(digits: Make, tmp_path: Path, step: int) -> None:
    experiment = digits(epochs=15)
    killed(experiment, tmp_path / "r", step)
    assert summary(tmp_path / "r").state == "lost"
    found = revival(tmp_path / "r")
    assert found.checkpoint is not None
    assert found.experiment == experiment
    told = headless.run(found.experiment, found.started.lesson, tmp_path / "r", resume=found.checkpoint)
    whole = headless.run(experiment, "lesson", tmp_path / "whole", device="cpu")
    again = Run.read(tmp_path / "r")
    assert (again.state, again.resumed, again.step) == ("done", True, whole.step)
    for run in (again, told):
        assert run.series["loss"].steps == list(range(1, whole.steps + 1))
        assert [run.series["loss"].at(each) for each in range(1, whole.steps + 1)] == [
            whole.series["loss"].at(each) for each in range(1, whole.steps + 1)
        ]
        assert run.final == whole.final


def lines(run: Run) -> list[list[tuple[float, float | None] | None]]:
    """Every loss of every variant."""
    return [[each.series["loss"].at(step) for step in range(1, each.steps + 1)] for each in run.variants]


def test_a_killed_comparison_goes_on_with_continuous_curves(xor: Make, tmp_path: Path) -> None:
    """Two of its runs are trained as one, the others in turns."""
    experiment = xor(steps=1500, compare={"model.1.layer": ["tanh", "softplus"], "seed": [1, 2]})
    killed(experiment, tmp_path / "r", 100, variant=4)
    assert summary(tmp_path / "r").state == "lost"
    found = revival(tmp_path / "r")
    assert found.checkpoint is not None
    assert found.checkpoint.state.step > 0
    told = headless.run(experiment, "lesson", tmp_path / "r", resume=found.checkpoint)
    whole = headless.run(experiment, "lesson", tmp_path / "whole", device="cpu")
    again = Run.read(tmp_path / "r")
    assert (again.state, again.resumed, again.step) == ("done", True, whole.step)
    for run in (again, told):
        assert [each.state for each in run.variants] == ["done"] * len(whole.variants)
        assert [each.series["loss"].steps for each in run.variants] == [
            each.series["loss"].steps for each in whole.variants
        ]
        assert lines(run) == lines(whole)
        assert [each.final for each in run.variants] == [each.final for each in whole.variants]


def test_a_stopped_comparison_goes_on_and_leaves_alone_what_is_over(xor: Make, tmp_path: Path) -> None:
    experiment = xor(model=[Linear(out=8), Relu(), Linear(out=2)], loss="mse", steps=3000,
                     optimizer=Optimizer(kind="sgd", lr=0.1, momentum=0.9),
                     compare={"lr": [0.01, 1e6, 0.02]})  # fmt: skip
    control = Control()
    events = partial(sweep.train, experiment, lesson="lesson", run="r", control=control, folder=tmp_path / "r")

    def stop_late(event: AnyEvent) -> None:
        if isinstance(event, Metrics) and event.variant == 1:
            control.stop()

    record(tmp_path / "r", events, stop_late)
    stopped = Run.read(tmp_path / "r")
    assert [each.state for each in stopped.variants] == ["stopped", "diverged", "stopped"]
    assert (stopped.state, stopped.checkpoint) == ("stopped", checkpoint.FILE)
    found = revival(tmp_path / "r")
    assert found.checkpoint is not None
    assert {number: each is None for number, each in found.checkpoint.variants.items()} == {1: False, 2: True, 3: False}
    headless.run(experiment, "lesson", tmp_path / "r", resume=found.checkpoint)
    again, whole = Run.read(tmp_path / "r"), headless.run(experiment, "lesson", tmp_path / "whole")
    assert [each.state for each in again.variants] == ["done", "diverged", "done"]
    assert again.seconds >= stopped.seconds
    for run, expected in zip(again.variants, whole.variants, strict=True):
        assert run.series["loss"].steps == expected.series["loss"].steps
        assert run.final == pytest.approx(expected.final, rel=1e-3)


def test_a_comparison_that_left_no_checkpoint_begins_anew_with_its_share(xor: Make, tmp_path: Path) -> None:
    experiment = xor(compare={"seed": [1, 2, 3, 4]})
    headless.run(experiment, "lesson", tmp_path / "r", shard=Shard(2, 2))
    found = revival(tmp_path / "r")
    assert found.checkpoint is not None
    again = headless.run(experiment, "lesson", tmp_path / "r", resume=found.checkpoint)
    assert [each.state for each in again.variants] == ["waiting", "done", "waiting", "done"]
    assert Run.read(tmp_path / "r").state == "done"


def test_the_checkpoint_of_another_comparison_is_refused(xor: Make, tmp_path: Path) -> None:
    experiment = xor(compare={"seed": [1, 2]})
    headless.run(experiment, "lesson", tmp_path / "r")
    newest = revival(tmp_path / "r").checkpoint
    (failed,) = sweep.train(xor(compare={"seed": [1, 3]}), lesson="lesson", run="r", resume=newest)
    assert isinstance(failed, Failed)
    assert "another experiment" in failed.message


def test_a_run_without_a_checkpoint_begins_anew(xor: Make, tmp_path: Path) -> None:
    done = headless.run(xor(), "lesson", tmp_path / "r")
    (tmp_path / "r" / checkpoint.FILE).unlink()
    found = revival(tmp_path / "r")
    assert found.checkpoint is None
    again = headless.run(found.experiment, "lesson", tmp_path / "r", resume=found.checkpoint)
    assert again.final == done.final
    assert len(Run.read(tmp_path / "r").series["loss"]) == 100


def test_a_folder_without_a_run_has_nothing_to_go_on_with(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="nothing to go on with"):
        revival(tmp_path)
