from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from dltui.engine.recording import DETAILS, Busy, failure, record
from dltui.journal.events import AnyEvent, Failed, Metrics, Paused
from dltui.journal.folder import JOURNAL, alive, claim
from dltui.journal.tail import Tail


def told(folder: Path) -> list[AnyEvent]:
    return Tail(folder / JOURNAL).read()


def test_events_go_into_the_journal_and_are_handed_on(tmp_path: Path) -> None:
    heard: list[AnyEvent] = []
    record(tmp_path / "new" / "run", lambda: iter([Paused(step=1), Paused(step=2)]), heard.append)
    assert heard == [Paused(step=1), Paused(step=2)]
    assert [event.step for event in told(tmp_path / "new" / "run") if isinstance(event, Paused)] == [1, 2]
    assert not alive(tmp_path / "new" / "run")


def test_whatever_goes_wrong_is_told_as_failed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    def broken() -> Iterator[AnyEvent]:
        yield Metrics(series={"loss": ([1, 2, 3], [1.0, 1.0, 1.0]), "wrong": ([2], [0.0])}, seconds=0.1)
        raise ZeroDivisionError("no \x1b[2J such thing\nhere")

    record(tmp_path, broken)
    failed = told(tmp_path)[-1]
    assert isinstance(failed, Failed)
    assert (failed.step, failed.reason) == (3, "crash")
    assert failed.message.startswith("The run broke off: ZeroDivisionError: no \ufffd[2J such thing here (details: ")
    assert "Traceback" in (tmp_path / DETAILS).read_text()
    assert capfd.readouterr() == ("", "")
    assert not alive(tmp_path)


@pytest.mark.parametrize(
    "error",
    [MemoryError(), torch.OutOfMemoryError("CUDA out of memory"),
     RuntimeError("[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate memory: you tried …")],
)  # fmt: skip
def test_too_little_memory_is_told_as_that(error: Exception) -> None:
    failed = failure(error, 7)
    assert (failed.reason, failed.step) == ("memory", 7)
    assert "a smaller batch" in failed.message


def test_a_run_in_other_hands_is_left_alone(tmp_path: Path) -> None:
    assert claim(tmp_path)
    with pytest.raises(Busy, match="already in the hands of another process"):
        record(tmp_path, lambda: iter([Paused(step=1)]))
    assert told(tmp_path) == []


def test_a_folder_that_cannot_be_made_raises(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        record(tmp_path / "file" / "run", lambda: iter([]))


def test_ctrl_c_is_not_swallowed(tmp_path: Path) -> None:
    def interrupted() -> Iterator[AnyEvent]:
        yield Paused(step=1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        record(tmp_path, interrupted)
    assert not alive(tmp_path)


def test_a_journal_that_cannot_be_written_stops_nothing_and_catches_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full, troubles, patience = True, [], []
    write = os.write

    def refusing(handle: int, data: bytes) -> int:
        if full and b'"kind"' in data:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(handle, data)

    def patient() -> bool:
        nonlocal full
        patience.append(full)
        full = len(patience) < 3
        return True

    monkeypatch.setattr(os, "write", refusing)
    heard: list[AnyEvent] = []
    events = [Paused(step=1), Paused(step=2)]
    assert record(tmp_path, lambda: iter(events), heard.append, troubles.append, patient) == ""
    assert heard == events
    assert troubles == ["The disk is full"]
    assert patience == [True, True, True]
    assert [event.step for event in told(tmp_path) if isinstance(event, Paused)] == [1, 2]


def test_without_patience_it_is_said_that_the_end_is_lost(tmp_path: Path) -> None:
    (tmp_path / JOURNAL).symlink_to("/dev/full")
    assert record(tmp_path, lambda: iter([Paused(step=1)])) == "The disk is full"
