"""Runs into run folders: the border between a trainer, which may raise anything, and a journal, where that is data."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path

from dltui.engine.memory import NO_MEMORY, short
from dltui.journal.events import AnyEvent, Failed, Metrics
from dltui.journal.folder import JOURNAL, claim, release
from dltui.journal.writer import Writer
from dltui.places import ensure
from dltui.text import one_line

LONGEST_MESSAGE = 300
DETAILS = "crash.txt"
"""Where the folder of a run keeps the traceback of what broke it off."""


class Busy(Exception):
    """The run has a living writer already."""


def record(
    folder: Path,
    events: Callable[[], Iterator[AnyEvent]],
    on_event: Callable[[AnyEvent], None] = lambda event: None,
    on_trouble: Callable[[str], None] = lambda cause: None,
    patient: Callable[[], bool] = lambda: False,
    steered: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> str:
    """Append the events to the journal of the run and hand each on, as its only writer.

    A journal that cannot be written does not stop a run: `on_trouble` gets the cause, such as `The disk is full`, when
    that begins, and the events wait in memory. If they still wait at the end they are tried again for as long as
    `patient`, which is to take its time, says so. `steered` is held while the run is ours. Returns the cause if events
    were lost, else "".

    Raises OSError when the folder cannot be made or claimed, Busy when another process writes there.
    """
    ensure(folder)
    if not claim(folder):
        raise Busy(f"The run {folder.name} is already in the hands of another process.")
    cause = ""
    try:
        with Writer(folder / JOURNAL) as writer, steered():
            for event in guarded(events, folder):
                writer.append(event)
                if writer.cause and not cause:
                    on_trouble(writer.cause)
                cause = writer.cause
                on_event(event)
            while writer.trouble and patient():
                writer.append()
    finally:
        release(folder)
    return writer.cause


def guarded(events: Callable[[], Iterator[AnyEvent]], folder: Path) -> Iterator[AnyEvent]:
    """The events; whatever goes wrong in making them ends them with Failed, with the traceback in the folder."""
    step = 0
    try:
        for event in events():
            step = _step(event, step)
            yield event
    except Exception as error:  # the process border: a failed run is data, and the worker lives on
        with suppress(OSError):
            (folder / DETAILS).write_text(traceback.format_exc(), "utf-8", "backslashreplace")
        yield failure(error, step)


def failure(error: Exception, step: int) -> Failed:
    """What went wrong in one sentence for the learner."""
    told = one_line(str(error), LONGEST_MESSAGE) or type(error).__name__
    if short(error):
        return Failed(step=step, reason="memory", message=f"{NO_MEMORY} ({told})")
    said = f"The run broke off: {type(error).__name__}: {told} (details: {DETAILS} in the folder of the run)"
    return Failed(step=step, reason="crash", message=said)


def _step(event: AnyEvent, step: int) -> int:
    if isinstance(event, Metrics):
        return max((steps[-1] for steps, _ in event.series.values()), default=step)
    return getattr(event, "step", step)
