"""The application: wires the screens, keeps the terminal safe, ends with the right exit code."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from importlib import import_module
from types import FrameType
from typing import Any

from msgspec.structs import replace
from rich.text import Text
from textual._context import active_message_pump
from textual.actions import ActionParseResult
from textual.app import App, ScreenStackError, SystemCommand
from textual.css.query import NoMatches
from textual.dom import DOMNode, NoScreen
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.filter import LineFilter, Monochrome
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.widget import MountError, Widget

from dltui.journal.folder import RunSummary
from dltui.lesson.find import Entry
from dltui.places import keys_file
from dltui.text import clean
from dltui.tui.author import AuthorScreen
from dltui.tui.clipboard import copied, through_tmux
from dltui.tui.commands import ExportCommands, LessonCommands, ThemeCommands
from dltui.tui.course import CourseScreen
from dltui.tui.driver import AnyBytes
from dltui.tui.filters import Ascii, Colourless
from dltui.tui.help import TEXTUALS, HelpScreen
from dltui.tui.keys import bound
from dltui.tui.lab import Lab
from dltui.tui.lesson import LessonScreen
from dltui.tui.paced import PacedApp
from dltui.tui.presence import present
from dltui.tui.spelling import pressed
from dltui.tui.theme import IN_ASCII, OF_THE_TERMINAL, THEMES, remember, remembered
from dltui.tui.tty import LOST_PATIENCE, PATIENCE, Terminal

INTERNAL = 70
PROBLEMS = 4
"""Of a file with keys, as many as are told at once."""
TOLD = ("app.help", "app.quit", "command_palette")
"""Actions that the palette offers by other names, or that have opened it."""
GONE = (NoMatches, NoScreen, MountError, ScreenStackError)
MAKING = 0.01
"""Seconds between two looks at a screen that is being made."""
LOST = 128 + signal.SIGHUP
"""The exit code when the terminal has gone."""


class LabApp(PacedApp):
    TITLE = "dltui"
    CSS = "OptionList { min-width: 8; }"  # Textual cannot wrap text into no columns, which a terminal may have
    BINDINGS = bound("app")
    COMMANDS = App.COMMANDS | {LessonCommands, ExportCommands, ThemeCommands}
    ENGINE_DELAY = 0.2
    """Seconds behind the first frame before the engine starts: earlier it would compete with that frame."""

    def __init__(self, lab: Lab, start: tuple[Entry, int] | None = None) -> None:
        bare = bool(os.environ.get("NO_COLOR"))  # which Textual takes away, and takes for set where it is empty
        super().__init__()
        self.no_color = bare
        self.lab = lab
        self.gate = lab.gate
        self._start = start
        self.crash = ""
        self._said = ""
        self.terminal = Terminal()
        self._handlers: dict[str, Any] = {}
        for theme in THEMES:
            self.register_theme(theme)
        kept = remembered()
        self.theme = (OF_THE_TERMINAL if bare else kept if kept in self.available_themes else
                      OF_THE_TERMINAL if self.console.color_system in (None, "standard") else THEMES[0].name)
        self.set_class(lab.ascii, IN_ASCII)
        self._reducers: list[LineFilter] = [*([Colourless()] if bare else []), *([Ascii()] if lab.ascii else [])]

    def notify(
        self, message: str, *, title: str = "", severity: SeverityLevel = "information", timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Say something for a while; it can be copied afterwards."""
        self._said = f"{title}: {message}" if title else message
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)

    def action_copy_message(self) -> None:
        """Errors are told where they happen, and gone when one would like to paste them somewhere."""
        said = self._said
        self.notify(copied(self, said) if said else "Nothing has been said yet.", timeout=8, markup=False)
        self._said = said

    def copy_to_clipboard(self, text: str) -> None:
        super().copy_to_clipboard(text)
        if os.environ.get("TMUX") and self._driver is not None:
            self._driver.write(through_tmux(text))

    def get_driver_class(self) -> type[Driver]:
        found = super().get_driver_class()
        return AnyBytes if found is LinuxDriver else found

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Ours in place of the one with which Textual turns colours into greys."""
        return [*(each for each in super().get_line_filters() if not isinstance(each, Monochrome)), *self._reducers]

    def on_mount(self) -> None:
        """Only the screen that is seen first is built for the first frame."""
        problems = self._take_keys()
        if self._start is None:
            self.push_screen(CourseScreen(self.lab))
        elif self.lab.authoring:
            self.push_screen(AuthorScreen(self.lab, *self._start))
        else:
            self.push_screen(LessonScreen(self.lab, *self._start, doing=bool(self.lab.attached)))
        if problems:
            more = f"\n… and {len(problems) - PROBLEMS} more" if len(problems) > PROBLEMS else ""
            self.notify("\n".join(problems[:PROBLEMS]) + more, severity="warning",
                        title="Keys that stay as they were", timeout=20, markup=False)  # fmt: skip
        if not self.lab.state.remembered:
            self.notify(self.lab.state.why, severity="warning", timeout=12, markup=False)
        if not self.no_color:
            self.theme_changed_signal.subscribe(self, lambda theme: remember(theme.name))
        self.call_after_refresh(self.set_timer, self.ENGINE_DELAY, self._warm)
        if threading.current_thread() is threading.main_thread():
            self._catch_signals()

    def _take_keys(self) -> Sequence[str]:
        """Those of the learner. Returns what is wrong with them. Nothing is loaded for it where there are none."""
        if not os.access(keys_file(), os.F_OK):
            return ()
        chosen = import_module("dltui.tui.keymap").read(keys_file())
        self.set_keymap(chosen.keys)
        short = keys_file().name
        return [str(replace(each, file=short)) for each in chosen.problems]

    def _warm(self) -> None:
        """Have the worker import torch while the learner reads."""
        try:
            self.lab.engine.start()
        except OSError as error:
            self.notify(clean(f"The engine cannot start: {error.strerror}."), severity="error", markup=False)
        here = self.screen
        shown = (here.lesson.id, here.step.id) if isinstance(here, LessonScreen) else None
        adrift = [run for run in self.lab.adrift() if (run.lesson, run.step_id) != shown]
        if adrift:
            more = f", and {len(adrift) - 1} more" if len(adrift) > 1 else ""
            self.notify(f"{told(adrift[0])}{more}. {pressed(self, 'app.attach')} opens it.", title="A run goes on",
                        timeout=12, markup=False)  # fmt: skip

    async def action_attach(self) -> None:
        """Open the newest run that goes on with nobody at its side."""
        adrift = self.lab.adrift()
        if not adrift:
            self.notify("No run goes on that is not on a screen already.", timeout=5)
            return
        entry = next((entry for entry in self.lab.course.entries if entry.id == adrift[0].lesson), None)
        ids = [step.id for step in entry.lesson.step] if entry is not None and entry.lesson is not None else []
        if entry is None or adrift[0].step_id not in ids:
            self.notify(f"{told(adrift[0])}, but this lesson is not among those of the course.", markup=False)
            return
        self.lab.attached = adrift[0].run
        if len(self.screen_stack) > 2:
            await (self.screen.leave() if isinstance(self.screen, LessonScreen) else self.run_action("app.course"))
        self.push_screen(LessonScreen(self.lab, entry, ids.index(adrift[0].step_id), doing=True))

    def _catch_signals(self) -> None:
        loop = asyncio.get_running_loop()

        def go(code: int, patience: float = PATIENCE) -> None:
            self.terminal.end_soon(code, patience)
            if not loop.is_closed():  # on the way out already
                loop.call_soon_threadsafe(self._leave, code)

        def leave(number: int, frame: FrameType | None) -> None:
            go(128 + number)

        self.terminal.watch(partial(go, LOST, LOST_PATIENCE))

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
            if command.title in ("Theme", "Quit", "Screenshot") and not (self.no_color and command.title == "Theme"):
                yield command
        for active in screen.active_bindings.values():
            label, action = active.binding.description, active.binding.action
            if label and active.enabled and action not in TEXTUALS and action not in TOLD:
                key = self.get_key_display(active.binding)
                yield SystemCommand(label[:1].upper() + label[1:], f"key {key}",
                                    partial(self.run_action, action, active.node))

    async def run_action(
        self, action: str | ActionParseResult, default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """A key typed ahead waits for the screen that it comes to, and is nothing to one that goes."""
        if isinstance(default_namespace, Widget):
            while present(default_namespace) and not default_namespace.is_mounted:
                await asyncio.sleep(MAKING)
            if not present(default_namespace):
                return False
        try:
            return await super().run_action(action, default_namespace, namespaces)
        except KeyError:
            if "page_" not in str(action):
                raise
            return False  # a list of Textual has no pages before it is laid out, and looks for their lines

    def _handle_exception(self, error: Exception) -> None:
        """What is taken away while it is being made misses its parts; that is no error, nobody will see it."""
        node = active_message_pump.get(None)
        leaving = self._exit or (isinstance(node, Widget) and not present(node))
        if not (leaving and isinstance(error, GONE)):
            super()._handle_exception(error)

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


def told(run: RunSummary) -> str:
    """A run that is being trained, in half a sentence."""
    return clean(f"{run.lesson}/{run.step_id} is {run.state} at step {run.step} of {run.steps}", lines=False)


def run(lab: Lab, start: tuple[Entry, int] | None = None) -> int:
    """Show the lab until the learner leaves. Returns the exit code; the terminal is restored on every way out."""
    app = LabApp(lab, start)
    try:
        app.run(mouse=lab.mouse)
    except BaseException:
        app.terminal.restore()
        raise
    finally:
        for run in lab.close():
            print(f"The run {run} goes on. dltui attach shows it again, dltui stop ends it.", file=sys.stderr)
    return app.return_code or 0
