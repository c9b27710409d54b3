"""Runs into run folders: the border between a trainer, which may raise anything, and a journal, where that is data."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import torch

from dltui.journal.events import AnyEvent, Failed, Metrics
from dltui.journal.folder import JOURNAL, claim, release
from dltui.journal.writer import Writer
from dltui.places import ensure
from dltui.text import one_line

LONGEST_MESSAGE = 300


class Busy(Exception):
    """The run has a living writer already."""


def record(
    folder: Path, events: Callable[[], Iterator[AnyEvent]], on_event: Callable[[AnyEvent], None] | None = None
) -> None:
    """Append the events to the journal of the run and hand each on, as its only writer.

    Raises OSError when the folder cannot be made or written to, Busy when another process writes there.
    """
    ensure(folder)
    if not claim(folder):
        raise Busy(f"the run {folder.name} is already in the hands of another process")
    try:
        with Writer(folder / JOURNAL) as writer:
            for event in guarded(events):
                writer.append(event)
                if on_event is not None:
                    on_event(event)
    finally:
        release(folder)


def guarded(events: Callable[[], Iterator[AnyEvent]]) -> Iterator[AnyEvent]:
    """The events; whatever goes wrong in making them ends them with Failed. The traceback goes to stderr."""
    step = 0
    try:
        for event in events():
            step = _step(event, step)
            yield event
    except Exception as error:  # the process border: a failed run is data, and the worker lives on
        traceback.print_exc(file=sys.stderr)
        yield failure(error, step)


def failure(error: Exception, step: int) -> Failed:
    """What went wrong in one sentence for the learner."""
    told = one_line(str(error), LONGEST_MESSAGE) or type(error).__name__
    if isinstance(error, MemoryError | torch.OutOfMemoryError) or "can't allocate memory" in str(error):
        advice = "There is not enough memory for this run: a smaller model or a smaller batch needs less."
        return Failed(step=step, reason="memory", message=f"{advice} ({told})")
    return Failed(step=step, reason="crash", message=f"The run broke off: {type(error).__name__}: {told}")


def _step(event: AnyEvent, step: int) -> int:
    if isinstance(event, Metrics):
        return max((steps[-1] for steps, _ in event.series.values()), default=step)
    return getattr(event, "step", step)
