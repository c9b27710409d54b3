"""Ending and following runs that other processes train."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from dltui.engine.control import Control
from dltui.engine.orders import Pace, steered
from dltui.engine.recording import record
from dltui.engine.train import train
from dltui.journal.events import AnyEvent, Finished, Metrics, Started
from dltui.journal.folder import CHECKPOINT, JOURNAL, alive, path, runs
from dltui.journal.owner import Owner, claim, release
from dltui.journal.process import host_name, process_start
from dltui.journal.run import Run
from dltui.journal.writer import Writer
from dltui.lesson.layers import Linear, Tanh
from dltui.lesson.records import Experiment, Optimizer
from dltui.plain.attach import follow
from dltui.plain.runs import NoSuchRuns, going_on, to_be_stopped
from dltui.plain.stop import Unanswered, kill, stop

NAME = "20260101-000000-000-lab-train-0"
LONG = Experiment(id="train", title="XOR", data="xor", model=[Linear(out=8), Tanh(), Linear(out=2)],
                  loss="cross_entropy", optimizer=Optimizer(kind="adam", lr=0.05), steps=10_000_000)  # fmt: skip
STARTED = Started(run=NAME, lesson="lab", step_id="train", experiment={}, digest="", seed=0, device="cpu",
                  device_reason="", threads=1, torch="", steps=1000, parameters=1)  # fmt: skip
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(1000)"


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    """A process that heeds no SIGTERM, in a session of its own."""
    with subprocess.Popen([sys.executable, "-c", DEAF], stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def owned(state: Path, process: subprocess.Popen[bytes], name: str = NAME, **fields: str) -> Path:
    """A run at step 2 that the process seems to train."""
    folder = path(state, name)
    folder.mkdir(parents=True)
    with Writer(folder / JOURNAL) as writer:
        writer.append(STARTED, Metrics(series={"loss": ([1, 2], [1.0, 0.5])}, seconds=0.5))
    owner = Owner(process.pid, process_start(process.pid) or "", host_name())
    (folder / "owner.json").write_bytes(msgspec.json.encode(msgspec.structs.replace(owner, **fields)))
    return folder


def test_a_run_is_asked_to_stop_and_leaves_a_checkpoint(tmp_path: Path) -> None:
    folder, control, begun = path(tmp_path, NAME), Control(), threading.Event()

    def hear(event: AnyEvent) -> None:
        if isinstance(event, Metrics):
            begun.set()

    training = threading.Thread(target=lambda: record(
        folder, lambda: train(LONG, lesson="lab", run=NAME, device="cpu", control=control, folder=folder), hear,
        steered=lambda: steered(folder, control, Pace()),
    ))  # fmt: skip
    training.start()
    try:
        assert begun.wait(60)
        assert [each.run for each in to_be_stopped(tmp_path, [], False)] == [NAME]
        told = stop(folder)
    finally:
        control.stop()
        training.join()
    run = Run.read(folder)
    assert told == (f"lab/train stopped at step {run.step} of 10000000; it goes on from there with:"
                    f" dltui train --resume {NAME}")  # fmt: skip
    assert (folder / CHECKPOINT).exists()
    with pytest.raises(NoSuchRuns, match="no run goes on"):
        to_be_stopped(tmp_path, [], True)


def test_one_that_does_not_answer_is_ended_by_force(tmp_path: Path, child: subprocess.Popen[bytes]) -> None:
    folder = owned(tmp_path, child)
    with pytest.raises(Unanswered, match="dltui stop --kill"):
        stop(folder, 0.1)
    assert child.poll() is None
    assert kill(folder) == "lab/train failed at step 2 of 1000"
    assert child.wait(60) == -9
    assert Run.read(folder).message == "It was ended by force at step 2."
    assert not alive(folder)


def test_a_process_that_got_the_same_number_is_left_alone(tmp_path: Path, child: subprocess.Popen[bytes]) -> None:
    folder = owned(tmp_path, child, start="another time")
    assert not alive(folder)
    assert [run.state for run in runs(tmp_path)] == ["lost"]
    with pytest.raises(Unanswered, match="nobody can tell"):
        kill(folder)
    assert child.poll() is None


def test_a_run_on_another_machine_is_not_reached(tmp_path: Path, child: subprocess.Popen[bytes]) -> None:
    folder = owned(tmp_path, child, host="elsewhere\x1b[2J")
    with pytest.raises(Unanswered, match="is trained on elsewhere�"):
        stop(folder, 0.1)
    assert child.poll() is None


def test_of_several_runs_those_to_stop_are_named(tmp_path: Path, child: subprocess.Popen[bytes]) -> None:
    one, two = owned(tmp_path, child), owned(tmp_path, child, NAME.replace("2026", "2027"))
    with pytest.raises(NoSuchRuns, match="2 runs go on"):
        to_be_stopped(tmp_path, [], False)
    assert [each.folder for each in to_be_stopped(tmp_path, [], True)] == [two, one]
    assert [each.folder for each in to_be_stopped(tmp_path, [one.name], False)] == [one]
    assert going_on(tmp_path, "").folder == two


def test_following_a_run_in_lines_until_it_is_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = path(tmp_path, NAME)
    folder.mkdir(parents=True)
    assert claim(folder)
    with Writer(folder / JOURNAL) as writer:
        writer.append(STARTED, Metrics(series={"loss": ([1, 2], [1.0, 0.5])}, seconds=0.5))
        codes: list[int] = []
        following = threading.Thread(target=lambda: codes.append(follow(folder)))
        following.start()
        writer.append(Metrics(series={"loss": ([3], [0.25])}, seconds=0.75))
        writer.append(Finished(step=3, reason="done", seconds=0.75, final={"loss": 0.25}))
    following.join(60)
    release(folder)
    said = capsys.readouterr()
    assert codes == [0]
    assert "lab/train: " in said.err
    assert "done at step 3/1000" in said.out
    assert "loss 0.25" in said.out


def test_following_a_run_whose_process_dies(tmp_path: Path, capsys: pytest.CaptureFixture[str],
                                            child: subprocess.Popen[bytes]) -> None:
    folder = owned(tmp_path, child)
    codes: list[int] = []
    following = threading.Thread(target=lambda: codes.append(follow(folder)))
    following.start()
    child.kill()
    child.wait()
    following.join(60)
    assert codes == [1]
    assert "ended at step 2 without a word" in capsys.readouterr().out
