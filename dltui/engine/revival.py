"""What a run that ended before its time goes on from."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from dltui.engine import checkpoint
from dltui.engine.checkpoint import Checkpoint, CheckpointError
from dltui.engine.session import State
from dltui.journal.events import Started
from dltui.journal.folder import JOURNAL
from dltui.journal.run import Run
from dltui.lesson.change import read
from dltui.lesson.records import Experiment

__all__ = ["CheckpointError", "Revival", "revival"]


class Revival(NamedTuple):
    started: Started
    experiment: Experiment
    checkpoint: Checkpoint | None
    """None: it ended before there was one, and begins anew."""


def revival(folder: Path) -> Revival:
    """How the run of this folder was begun, and its checkpoint. Raises CheckpointError, ChangeError."""
    run = Run.read(folder)
    if run.started is None:
        raise CheckpointError(f"there is nothing to go on with: the run has no whole {JOURNAL}")
    there = (folder / checkpoint.FILE).exists()
    newest = checkpoint.load(folder / checkpoint.FILE) if there else _share(run)
    return Revival(run.started, read(run.started.experiment), newest)


def _share(run: Run) -> Checkpoint | None:
    """Of a comparison that begins anew, which variants it trained: perhaps a shard."""
    if run.started is None or not run.variants:
        return None
    begun = [number for number, variant in enumerate(run.variants, 1) if variant.started is not None]
    nothing = State(0, 0, {})
    return Checkpoint(nothing, run.started.digest, 0.0, {number: Checkpoint(nothing, "", 0.0) for number in begun})
