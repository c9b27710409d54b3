"""Steers the run in hand: orders from any process, and what becomes of it when nobody is left to give any.

Imports no torch: the inbox uses it while torch is imported.
"""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from dltui.engine.control import Control
from dltui.journal import orders
from dltui.journal.events import AnyEvent, Metrics, Started
from dltui.journal.keeping import outlasts
from dltui.journal.owner import alive
from dltui.journal.work import AnyOrder, Go, Keep, Pause, Single, Stop

TICK = 0.25
"""Seconds between two looks at whether anybody is left."""


class Pace:
    """How far a run is, and how fast."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.step = 0
        self.steps = 0

    def hear(self, event: AnyEvent) -> None:
        if isinstance(event, Started):
            self.steps = max(self.steps, event.steps)
            self.step = max(self.step, event.resumed_at)
        elif isinstance(event, Metrics):
            self.seconds = max(self.seconds, event.seconds)
            self.step = max([self.step, *(steps[-1] for steps, _ in event.series.values() if steps)])


def tell(control: Control, order: AnyOrder) -> None:
    match order:
        case Pause():
            control.pause()
        case Go():
            control.go()
        case Single(steps=steps):
            control.single(steps)
        case Stop():
            control.stop()
        case Keep(on=on):
            control.kept = on


@contextmanager
def steered(folder: Path, control: Control, pace: Pace) -> Iterator[None]:
    """Listen in the folder of a run, which must be ours, for as long as it is being trained."""
    try:
        reading = writing = orders.listen(folder)
    except OSError:  # no room, or no such pipes here: then only its parent steers it
        reading, writing = os.pipe()
    over = threading.Event()
    thread = threading.Thread(target=_listen, args=(folder, control, pace, reading, over), name="orders", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        with suppress(OSError):  # full: then it is awake anyway
            os.write(writing, b"\n")
        thread.join()
        for handle in {reading, writing}:
            os.close(handle)
        with suppress(OSError):
            (folder / orders.ORDERS).unlink()


def _listen(folder: Path, control: Control, pace: Pace, stream: int, over: threading.Event) -> None:
    rest = b""
    while not over.is_set():
        if select.select([stream], [], [], TICK)[0]:
            with suppress(BlockingIOError):
                *lines, rest = (rest + os.read(stream, 1 << 12)).split(b"\n")
                for line in lines:
                    with suppress(msgspec.MsgspecError, ValueError, RecursionError):
                        tell(control, msgspec.json.decode(line, type=AnyOrder))
        if control.left and not control.stopped:
            _judge(folder, control, pace)


def _judge(folder: Path, control: Control, pace: Pace) -> None:
    """Whoever started it has gone. It goes on if it was meant to, and stops with a checkpoint if not, or if it is
    paused; while another screen has the helm nothing is decided."""
    alone = outlasts(control.kept, pace.seconds, pace.step, pace.steps)
    found = folder.is_dir()  # else nobody would ever come back to it
    if not found or ((control.paused or alone is False) and not alive(folder, "helm")):
        control.stop()
