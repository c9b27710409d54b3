from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from dltui.engine import checkpoint
from dltui.engine.headless import Busy, Terminated, run
from dltui.engine.train import train
from dltui.journal.events import AnyEvent, Finished, Metrics, Started
from dltui.journal.folder import JOURNAL, claim
from dltui.journal.run import Run
from dltui.lesson.records import Experiment

Make = Callable[..., Experiment]


def test_the_run_that_comes_back_is_the_one_in_the_journal(xor: Make, tmp_path: Path) -> None:
    heard: list[AnyEvent] = []
    done = run(xor(), "mlp-xor", tmp_path / "r1", on_event=heard.append)
    written = Run.read(tmp_path / "r1")
    assert (done.state, done.run, done.lesson, done.step) == ("done", "r1", "mlp-xor", 100)
    assert (written.state, written.final, len(written.series["loss"])) == (done.state, done.final, 100)
    assert isinstance(heard[0], Started)
    assert isinstance(heard[-1], Finished)
    alone = list(train(xor(), lesson="l", run="r"))[-1]
    assert isinstance(alone, Finished)
    assert done.final == alone.final


def test_a_failed_run_comes_back_too(xor: Make, tmp_path: Path) -> None:
    failed = run(xor(loss="perceptron"), "l", tmp_path / "r")
    assert failed.state == "failed"
    assert "needs 1 output" in failed.message


def test_ctrl_c_stops_with_a_checkpoint_and_gives_the_handler_back(xor: Make, tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGINT)

    def interrupt(event: AnyEvent) -> None:
        if isinstance(event, Metrics) and "loss" in event.series and signal.getsignal(signal.SIGINT) is not before:
            os.kill(os.getpid(), signal.SIGINT)

    stopped = run(xor(steps=10_000_000), "l", tmp_path / "r", on_event=interrupt)
    assert stopped.state == "stopped"
    assert checkpoint.load(tmp_path / "r" / stopped.checkpoint).state.step == stopped.step
    assert signal.getsignal(signal.SIGINT) is before


def test_a_second_ctrl_c_interrupts(xor: Make, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(xor(steps=10_000_000), "l", tmp_path / "r", on_event=lambda event: os.kill(os.getpid(), signal.SIGINT))
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_it_runs_beside_the_main_thread(xor: Make, tmp_path: Path) -> None:
    found: list[Run] = []
    beside = threading.Thread(target=lambda: found.append(run(xor(), "l", tmp_path / "r")))
    beside.start()
    beside.join(60)
    assert [done.state for done in found] == ["done"]


def test_a_run_in_other_hands_is_refused(xor: Make, tmp_path: Path) -> None:
    claim(tmp_path)
    with pytest.raises(Busy):
        run(xor(), "l", tmp_path)


def test_a_signal_that_ends_the_process_stops_with_a_checkpoint_and_is_told(xor: Make, tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)

    def end(event: AnyEvent) -> None:
        if isinstance(event, Metrics) and signal.getsignal(signal.SIGTERM) not in (before, signal.SIG_DFL):
            os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(Terminated) as ended:
        run(xor(steps=10_000_000), "l", tmp_path / "r", on_event=end)
    assert (ended.value.run.state, ended.value.run.checkpoint) == ("stopped", checkpoint.FILE)
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_full_disk_is_told_and_the_run_is_whole_in_memory(xor: Make, tmp_path: Path) -> None:
    (tmp_path / JOURNAL).symlink_to("/dev/full")
    troubles: list[str] = []
    done = run(xor(), "l", tmp_path, on_trouble=troubles.append)
    assert (done.state, len(done.series["loss"])) == ("done", 100)
    assert [trouble.split(":")[0] for trouble in troubles] == ["The disk is full"] * 2
