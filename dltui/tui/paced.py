"""An application that knows when its terminal has worked off what was painted."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from rich.console import RenderableType
from textual import events
from textual.app import App

from dltui.tui.gate import Gate

LAST_ANSWER = 1.0
"""Seconds that leaving waits for an answer, which would otherwise be typed into the shell."""
UNLIKELY_ANSWER = 0.3
"""The same for a terminal that has not answered yet."""
LOOK = 0.02


class PacedApp(App[int]):
    """Asks the questions of a gate after the frames, and hears the answers."""

    gate: Gate

    def on_mount(self) -> None:
        if self._driver is not None and not self.is_headless:
            write = self._driver.write
            self.gate.connect(write)

            def counted(text: str) -> None:
                self.gate.wrote(len(text))
                write(text)

            vars(self._driver)["write"] = counted
        self.app_resume_signal.subscribe(self, lambda _: self.gate.forget())

    def post_display_hook(self) -> None:
        self.gate.painted()

    def on_cursor_position(self, event: events.CursorPosition) -> None:
        self.gate.hear(event.x, event.y)

    def exit(self, result: int | None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """Leave; at once where a signal says so, for then there may be no terminal."""
        leave = partial(super().exit, result, return_code, message)
        if return_code or result:
            leave()
        else:
            self._when_answered(leave)

    def action_suspend_process(self) -> None:
        self._when_answered(super().action_suspend_process)

    def _when_answered(self, then: Callable[[], None], end: float | None = None) -> None:
        now = time.monotonic()
        end = end or now + (LAST_ANSWER if self.gate.known else UNLIKELY_ANSWER)
        if self.gate.waiting and now < end:
            self.set_timer(LOOK, partial(self._when_answered, then, end))
        else:
            then()
