"""Signals that ask a process to end: at once while there is nothing to put in order, by way of an exception later."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = ("SIGTERM", "SIGHUP", "SIGQUIT")
INTERRUPTED = 130


@contextmanager
def leaving_at_once() -> Iterator[None]:
    """ctrl+c ends the process then and there. All that counts is on the disk already, and an exception would come up in
    the middle of an import: extension modules break over that."""

    def leave(number: int, frame: FrameType | None) -> None:
        if sys.__stderr__ is not None and sys.__stderr__.isatty():
            os.write(sys.__stderr__.fileno(), b"\n")  # the terminal has shown ^C
        os._exit(INTERRUPTED)

    before = signal.getsignal(signal.SIGINT)
    try:
        signal.signal(signal.SIGINT, before if before is signal.SIG_IGN else leave)
    except ValueError:  # only the main thread may set signal handlers
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def interruptible(command: Callable[[], int]) -> int:
    """Run a command under which every such signal becomes a KeyboardInterrupt, so that a terminal is put in order on
    the way out. Returns its exit code, or 128 + the number of the signal.

    Who knows better, such as a screen that is up, sets handlers of its own.
    """
    heard: list[int] = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        if not heard:
            heard.append(number)
            signal.raise_signal(signal.SIGINT)  # by this road, because event loops have a handler for it

    numbers = [signal.SIGINT, *(getattr(signal, name) for name in ENDING if hasattr(signal, name))]
    before = {number: signal.getsignal(number) for number in numbers}
    for number, handler in before.items():
        if number == signal.SIGINT:
            signal.signal(number, signal.default_int_handler)
        elif handler is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, interrupt)
    try:
        code = command()
    except KeyboardInterrupt:
        code = INTERRUPTED
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 128 + heard[0] if heard else code
