"""What a run that ended before its time goes on from."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from dltui.engine import checkpoint
from dltui.engine.checkpoint import Checkpoint, CheckpointError
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
    started = Run.read(folder).started
    if started is None:
        raise CheckpointError(f"there is nothing to go on with: the run has no whole {JOURNAL}")
    there = (folder / checkpoint.FILE).exists()
    return Revival(started, read(started.experiment), checkpoint.load(folder / checkpoint.FILE) if there else None)
