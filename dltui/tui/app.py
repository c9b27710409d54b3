"""The application: wires the screens, keeps the terminal safe, ends with the right exit code."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterable
from functools import partial
from types import FrameType
from typing import Any

from rich.text import Text
from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.screen import Screen

from dltui.lesson.find import Entry
from dltui.text import clean
from dltui.tui.author import AuthorScreen
from dltui.tui.commands import LessonCommands
from dltui.tui.course import CourseScreen
from dltui.tui.help import TEXTUALS, HelpScreen
from dltui.tui.lab import Lab
from dltui.tui.lesson import LessonScreen
from dltui.tui.theme import THEMES, remember, remembered

MODES = (1000, 1002, 1003, 1006, 1015, 1004, 2004)
RESET = "".join(f"\x1b[?{mode}l" for mode in MODES) + "\x1b[<u\x1b[?1049l\x1b[?25h\x1b[0m"
"""Mouse, focus and paste reporting off, keyboard protocol back, main screen, cursor shown, colours off."""
INTERNAL = 70
PATIENCE = 2.0
"""Seconds an ordinary exit may take after a signal before the process ends without it."""


class LabApp(App[int]):
    TITLE = "dltui"
    BINDINGS = [Binding("ctrl+c", "quit", "quit", show=False, priority=True)]
    COMMANDS = App.COMMANDS | {LessonCommands}
    ENGINE_DELAY = 0.2
    """Seconds behind the first frame before the engine starts: earlier it would compete with that frame."""

    def __init__(self, lab: Lab, start: tuple[Entry, int] | None = None) -> None:
        super().__init__()
        self.lab = lab
        self._start = start
        self.crash = ""
        self._handlers: dict[str, Any] = {}
        for theme in THEMES:
            self.register_theme(theme)
        kept = remembered()
        self.theme = ("ansi-dark" if os.environ.get("NO_COLOR") else
                      kept if kept in self.available_themes else THEMES[0].name)

    def on_mount(self) -> None:
        """Only the screen that is seen first is built for the first frame."""
        kind = AuthorScreen if self.lab.authoring else LessonScreen
        self.push_screen(CourseScreen(self.lab) if self._start is None else kind(self.lab, *self._start))
        self.theme_changed_signal.subscribe(self, lambda theme: remember(theme.name))
        self.call_after_refresh(self.set_timer, self.ENGINE_DELAY, self._warm)
        if threading.current_thread() is threading.main_thread():
            self._catch_signals()

    def _warm(self) -> None:
        """Have the worker import torch while the learner reads."""
        try:
            self.lab.engine.start()
        except OSError as error:
            self.notify(clean(f"The engine cannot start: {error.strerror}."), severity="error", markup=False)

    def _catch_signals(self) -> None:
        loop = asyncio.get_running_loop()

        def leave(number: int, frame: FrameType | None) -> None:
            threading.Thread(target=_enforce_exit, args=(128 + number,), daemon=True).start()
            if not loop.is_closed():  # on the way out already
                loop.call_soon_threadsafe(self._leave, 128 + number)

        for name in ("SIGTERM", "SIGHUP", "SIGQUIT"):
            if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) is not signal.SIG_IGN:
                self._handlers[name] = signal.signal(getattr(signal, name), leave)

    def on_unmount(self) -> None:
        for name, handler in self._handlers.items():
            signal.signal(getattr(signal, name), handler)

    def _leave(self, code: int) -> None:
        self.exit(code, return_code=code)

    def action_course(self) -> None:
        """From a lesson back to the course, which is built when it is asked for."""
        if len(self.screen_stack) > 2:  # below the lesson lie the course and textual's own empty screen
            self.pop_screen()
        else:
            self.switch_screen(CourseScreen(self.lab))

    def action_help(self) -> None:
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        yield SystemCommand("Help", "What the keys do here", self.action_help)
        for command in super().get_system_commands(screen):
            if command.title in ("Theme", "Quit", "Screenshot"):
                yield command
        for bound in screen.active_bindings.values():
            label, action = bound.binding.description, bound.binding.action
            if label and bound.enabled and action not in TEXTUALS and not action.startswith("app."):
                key = self.get_key_display(bound.binding)
                yield SystemCommand(label[:1].upper() + label[1:], f"key {key}",
                                    partial(self.run_action, action, bound.node))

    def _fatal_error(self) -> None:
        """An exception nobody handled: a sentence and a file with the details instead of two screens of source."""
        details = traceback.format_exc()
        path = self.lab.state.folder / f"crash-{time.strftime('%Y%m%d-%H%M%S')}.txt"
        kept = f"Details: {path}"
        try:
            path.write_text(details)
        except OSError:
            kept = details
        reason = clean(str(sys.exc_info()[1]), lines=False)
        self.crash = f"dltui met an error of its own and had to stop: {reason}\n{kept}\nYour progress is saved."
        self._return_code = INTERNAL
        self.panic(Text(self.crash))
        self._return_code = INTERNAL


def run(lab: Lab, start: tuple[Entry, int] | None = None) -> int:
    """Show the lab until the learner leaves. Returns the exit code; the terminal is restored on every way out."""
    app = LabApp(lab, start)
    try:
        app.run()
    except BaseException:
        _reset_terminal()
        raise
    finally:
        lab.close()
    return app.return_code or 0


def _reset_terminal() -> None:
    with contextlib.suppress(OSError, ValueError):
        if sys.__stderr__ is not None and sys.__stderr__.isatty():
            os.write(sys.__stderr__.fileno(), RESET.encode())


def _enforce_exit(code: int) -> None:
    """Runs beside the event loop: a loop that is stuck, or a terminal that is gone, must not keep the process."""
    time.sleep(PATIENCE)
    _reset_terminal()
    os._exit(code)
