"""A run without a screen or a worker process: in this process, into the same journal."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType

import torch

from dltui.engine import distributed
from dltui.engine.checkpoint import Checkpoint
from dltui.engine.control import Control
from dltui.engine.orders import Pace, steered
from dltui.engine.recording import Busy, guarded, record
from dltui.engine.sweep import train
from dltui.engine.worker import THREADS
from dltui.journal.events import AnyEvent
from dltui.journal.run import Run
from dltui.lesson.comparison import Shard
from dltui.lesson.records import Experiment

__all__ = ["Busy", "Terminated", "run"]

FINAL = ("SIGTERM", "SIGHUP")
"""What asks the whole process to end, not only the run; SIGHUP comes when a terminal or a connection goes."""


class Terminated(Exception):
    """The process was told to end; the run has its checkpoint."""

    def __init__(self, run: Run) -> None:
        super().__init__(f"stopped at step {run.step}")
        self.run = run


def run(
    experiment: Experiment,
    lesson: str,
    folder: Path,
    *,
    device: str = "auto",
    resume: Checkpoint | None = None,
    shard: Shard | None = None,
    on_event: Callable[[AnyEvent], None] = lambda event: None,
    on_trouble: Callable[[str], None] = lambda message: None,
) -> Run:
    """Train and return the run, whose name is the folder's; with a checkpoint go on with the run that is there already.
    Another seed is another experiment: change it there. Of a comparison only the variants of the `shard` are trained.
    Under torchrun this is one process of several; all but the first stay silent and write nothing.

    ctrl+c stops the run with a checkpoint; a second one interrupts. SIGTERM and SIGHUP stop it too and then raise
    Terminated. A journal that cannot be written is told to `on_trouble` and stops nothing. Raises OSError when the
    folder cannot be made, Busy when another process writes there.
    """
    torch.set_num_threads(THREADS)
    told, control = Run() if resume is None else Run.read(folder), Control()
    told.run, told.lesson, told.step_id, told.seed = folder.name, lesson, experiment.id, experiment.seed

    def hear(event: AnyEvent) -> None:
        told.apply(event)
        on_event(event)

    with _interruptible(control) as heard, distributed.together(control) as team:
        asked = partial(train, experiment, lesson=lesson, run=folder.name, device=device, resume=resume, shard=shard)
        asked = partial(asked, control=control if team is None else team.control, team=team)
        if team is not None and team.rank > 0:  # the first one writes
            for event in guarded(asked, folder):
                told.apply(event)
            return told
        lost = record(
            folder, partial(asked, folder=folder), hear,
            lambda cause: on_trouble(f"{cause}: the journal of the run is kept in memory until there is room."),
            steered=partial(steered, folder, control, Pace()),
        )  # fmt: skip
    if lost:
        on_trouble(f"{lost}: the journal of the run lacks its end.")
    if heard - {signal.SIGINT}:
        raise Terminated(told)
    return told


@contextmanager
def _interruptible(control: Control) -> Iterator[set[int]]:
    """Signals stop the run; those that came are in the set. A second ctrl+c is an exception, so that a progress bar
    can put the terminal in order; a second of the others ends the process."""
    heard: set[int] = set()
    if threading.current_thread() is not threading.main_thread():
        yield heard  # only the main thread may set signal handlers
        return
    numbers = [signal.SIGINT, *(getattr(signal, name) for name in FINAL if hasattr(signal, name))]
    before = {number: signal.getsignal(number) for number in numbers}

    def stop(number: int, frame: FrameType | None) -> None:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        heard.add(number)
        control.stop()

    for number, handler in before.items():
        if handler is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, stop)
    try:
        yield heard
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
