"""The screen's end of the engine, with workers that do not behave."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

import pytest

from dltui.journal.events import Unwritten
from dltui.journal.folder import engines_dir
from dltui.journal.work import Resume, Single
from dltui.journal.writer import Writer
from dltui.tui.engine import Engine

DEAF = "#!/bin/sh\ntrap '' TERM\n: > \"$0.is\"\nwhile :; do sleep 1; done\n"


@pytest.fixture
def deaf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """A worker that reads nothing and heeds no signal that can be ignored."""
    script = tmp_path / "deaf"
    script.write_text(DEAF)
    script.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(script))
    return Engine(tmp_path)


def test_orders_that_nobody_reads_never_block_the_screen(deaf: Engine) -> None:
    with pytest.raises(TimeoutError, match="took no orders and was ended"):
        for number in range(100_000):
            deaf.send(Single(run="r", steps=number))
    assert deaf.poll().phase == "dead"
    assert deaf.pid is None


def test_a_worker_that_ignores_the_end_is_killed(deaf: Engine) -> None:
    deaf.start()
    process = deaf._process
    assert process is not None
    while not Path(f"{sys.executable}.is").exists():
        assert process.poll() is None
        time.sleep(0.01)
    deaf.close(0.05)
    assert process.wait(240) == -signal.SIGKILL


def test_an_ended_worker_is_followed_by_a_fresh_one(deaf: Engine) -> None:
    deaf.send(Resume(run="r", folder="f"))
    first = deaf.pid
    assert deaf.owns("r")
    deaf.end()
    assert deaf.poll().said == "the engine did not answer and was ended"
    assert not deaf.owns("r")
    deaf.send(Single(run="r"))
    assert deaf.pid not in (None, first)
    deaf.end()


def test_what_the_worker_cannot_write_is_heard_and_a_refused_run_is_not_ours(deaf: Engine) -> None:
    deaf.send(Resume(run="r", folder="f"))
    (log,) = engines_dir(deaf._state).glob("*.log")
    with Writer(log.with_suffix(".jsonl")) as writer:
        writer.append(Unwritten(run="r", begun=True, message="The disk is full."))
        heard = deaf.poll().unwritten
        assert heard is not None
        assert heard.message == "The disk is full."
        assert deaf.owns("r")
        writer.append(Unwritten(run="r", begun=False, message="Busy."))
        deaf.poll()
        assert not deaf.owns("r")
    deaf.end()


def test_without_a_place_for_its_log_the_worker_starts_all_the_same(deaf: Engine) -> None:
    engines_dir(deaf._state).write_text("a file in its place")
    deaf.start()
    assert deaf.poll().phase == "warming"
    deaf.end()
