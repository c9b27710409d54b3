"""The terminal underneath: put in order on every way out, and noticed when it goes."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import termios
import threading
import time
from collections.abc import Callable
from typing import Any

MODES = (1000, 1002, 1003, 1006, 1015, 1016, 1004, 2004, 2048)
RESET = "".join(f"\x1b[?{mode}l" for mode in MODES) + "\x1b[<u\x1b[?7h\x1b[?1049l\x1b[?25h\x1b[0m"
"""Mouse, focus, paste and size reports off, keyboard protocol back, lines wrapped, main screen, cursor shown, colours
off."""
PATIENCE = 1.75
"""Seconds an ordinary exit may take after a signal before the process ends without it."""
LOST_PATIENCE = 1.0
"""The same when the terminal has gone and there is nothing to put in order."""


class Terminal:
    """How the terminal was before the screen came up."""

    def __init__(self) -> None:
        self._input = sys.__stdin__.fileno() if sys.__stdin__ is not None and sys.__stdin__.isatty() else -1
        self._before: list[Any] | None = None
        with contextlib.suppress(termios.error):
            self._before = termios.tcgetattr(self._input) if self._input >= 0 else None

    def restore(self) -> None:
        """Whatever state it is in. Nothing happens where there is none any more."""
        with contextlib.suppress(OSError, ValueError):
            if sys.__stderr__ is not None and sys.__stderr__.isatty():
                os.write(sys.__stderr__.fileno(), RESET.encode())
        with contextlib.suppress(OSError, ValueError, termios.error):
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTTOU])  # from the background it would stop us
            if self._before is not None:
                termios.tcsetattr(self._input, termios.TCSANOW, self._before)

    def end_soon(self, code: int, patience: float = PATIENCE) -> None:
        """End the process with this code before long, beside the event loop: a loop that is stuck must not keep it."""
        threading.Thread(target=self._end, args=(code, patience), daemon=True).start()

    def _end(self, code: int, patience: float) -> None:
        time.sleep(patience)
        self.restore()
        os._exit(code)

    def watch(self, lost: Callable[[], None]) -> None:
        """Call `lost`, from a thread of its own, when the terminal has gone. There is not always a signal for that:
        under nohup it is ignored, and then reading from what is left of the terminal returns at once for ever. A lab in
        a browser has a pipe in its place, which ends with the server."""
        if self._input < 0 and os.environ.get("TEXTUAL_DRIVER") and sys.__stdin__ is not None:
            self._input = sys.__stdin__.fileno()
        if self._input >= 0:
            threading.Thread(target=self._wait, args=(lost,), name="tty", daemon=True).start()

    def _wait(self, lost: Callable[[], None]) -> None:
        poll = select.poll()
        poll.register(self._input, 0)  # hang-ups and errors come unasked
        while not poll.poll():
            pass
        threading.excepthook = _say_nothing  # whoever still draws fails, and has nobody to tell
        lost()


def _say_nothing(arguments: threading.ExceptHookArgs) -> None:
    pass
