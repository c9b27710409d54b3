"""Runs that are killed, and go on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from dltui.engine import checkpoint, headless
from dltui.engine.revival import CheckpointError, revival
from dltui.journal.folder import summary
from dltui.journal.run import Run
from dltui.journal.tail import Tail
from dltui.lesson.records import Experiment

Make = Callable[..., Experiment]
CODE = """
import sys, msgspec
from pathlib import Path
from dltui.engine import headless, keeper
from dltui.lesson.change import read
keeper.CHECKPOINT_SECONDS, keeper.CHECKPOINT_PATIENCE = 0.05, 0.0
headless.run(read(msgspec.json.decode(sys.stdin.buffer.read())), "lesson", Path(sys.argv[1]), device="cpu")
"""


def killed(experiment: Experiment, folder: Path, step: int) -> None:
    """Train in a process of its own, and kill it when there is a checkpoint and its journal has come to a step."""
    child = subprocess.Popen([sys.executable, "-c", CODE, str(folder)], stdin=subprocess.PIPE)
    try:
        assert child.stdin is not None
        child.stdin.write(msgspec.json.encode(experiment))
        child.stdin.close()
        tail, seen, give_up = Tail(folder / "journal.jsonl"), Run(), time.monotonic() + 60
        while seen.step < step or not (folder / checkpoint.FILE).exists():
            assert child.poll() is None, "it ended by itself"
            assert time.monotonic() < give_up
            for event in tail.read():
                seen.apply(event)
            time.sleep(0.001)
        os.kill(child.pid, signal.SIGKILL)
    finally:
        child.kill()
        child.wait()


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
