"""Ending runs that other processes train: politely, with a checkpoint, or by force."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from dltui.journal import orders
from dltui.journal.events import Failed
from dltui.journal.folder import JOURNAL, alive, claim, release
from dltui.journal.owner import Owner, holder
from dltui.journal.process import host_name, process_start
from dltui.journal.run import Run
from dltui.journal.work import Stop
from dltui.journal.writer import Writer
from dltui.text import one_line

PATIENCE = 30.0
"""Seconds in which what trains the run must have written its checkpoint."""
POLL = 0.02


class Unanswered(Exception):
    """One sentence: the run goes on, and what can be done about it."""


def stop(folder: Path, patience: float = PATIENCE) -> str:
    """Ask for an end with a checkpoint and wait for it. Returns what became of the run. Raises Unanswered."""
    if not orders.send(folder, Stop(run=folder.name)):
        _signal(_process(folder), signal.SIGTERM)
    if not _within(patience, lambda: not alive(folder)):
        raise Unanswered(f"{folder.name} does not answer; dltui stop --kill ends it by force, without a checkpoint")
    return said(folder)


def kill(folder: Path, patience: float = PATIENCE) -> str:
    """End what trains the run at once. Returns what became of it. Raises Unanswered."""
    owner = _process(folder)
    _signal(owner, signal.SIGKILL)
    if not _within(patience, lambda: process_start(owner.pid) != owner.start):
        raise Unanswered(f"process {owner.pid} does not die: it waits for a disk or a device")
    run = Run.read(folder)
    with suppress(OSError):
        if run.state == "lost" and claim(folder):
            with Writer(folder / JOURNAL) as writer:
                told = f"It was ended by force at step {run.step}."
                writer.append(Failed(step=run.step, reason="crash", message=told))
            release(folder)
    return said(folder)


def said(folder: Path) -> str:
    """How the run stands, and how it can go on."""
    run = Run.read(folder)
    place = f"{run.lesson}/{run.step_id} " if run.lesson else ""
    told = f"{place}{run.state} at step {run.step} of {run.steps}"
    if run.state == "stopped" and run.checkpoint:
        told += f"; it goes on from there with: dltui train --resume {folder.name}"
    return one_line(told, 400)


def _process(folder: Path) -> Owner:
    """What trains the run, if it can be reached from here."""
    owner = holder(folder)
    if owner is None:
        raise Unanswered(f"nobody can tell which process trains {folder.name}")
    if owner.host != host_name():
        raise Unanswered(f"{folder.name} is trained on {one_line(owner.host, 60)}: dltui stop has to be called there")
    return owner


def _signal(owner: Owner, number: signal.Signals) -> None:
    """Only to the very process that claimed the run; to all that it started if it leads a session of its own."""
    if process_start(owner.pid) == owner.start:
        with suppress(ProcessLookupError):
            whole = number == signal.SIGKILL and os.getsid(owner.pid) == owner.pid
            (os.killpg if whole else os.kill)(owner.pid, number)


def _within(seconds: float, condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(POLL)
    return True
