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

from dltui.engine.control import Control
from dltui.engine.recording import Busy, record
from dltui.engine.train import train
from dltui.engine.worker import THREADS
from dltui.journal.events import AnyEvent
from dltui.journal.run import Run
from dltui.lesson.records import Experiment

__all__ = ["Busy", "run"]


def run(
    experiment: Experiment,
    lesson: str,
    folder: Path,
    *,
    device: str = "auto",
    on_event: Callable[[AnyEvent], None] = lambda event: None,
) -> Run:
    """Train and return the run, whose name is the folder's. Another seed is another experiment: change it there.

    ctrl+c stops the run with a checkpoint; a second one interrupts. Raises OSError when the folder cannot be written,
    Busy when another process writes there.
    """
    torch.set_num_threads(THREADS)
    told, control = Run(), Control()

    def hear(event: AnyEvent) -> None:
        told.apply(event)
        on_event(event)

    with _interruptible(control):
        record(
            folder,
            partial(train, experiment, lesson=lesson, run=folder.name, device=device, control=control, folder=folder),
            hear,
        )
    return told


@contextmanager
def _interruptible(control: Control) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may set signal handlers
        return
    before = signal.getsignal(signal.SIGINT)

    def stop(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, before)
        control.stop()

    signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
