"""Help for what is in front of the learner: the pane's own text, then all keys that work here."""

from __future__ import annotations

from typing import Any

from rich.text import Text
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from dltui.places import keys_file
from dltui.text import clean
from dltui.tui.keys import bound
from dltui.tui.spelling import pressed, respelt_prose
from dltui.tui.theme import typeset

TEXTUALS = {binding.action for binding in Binding.make_bindings([*Screen.BINDINGS, *App.BINDINGS])}
"""What every Textual screen can do by itself is no help here."""

WIDEST, AROUND = 68, 8
"""Columns of the text, and of what is around it: frame, margins, scroll bar."""


class HelpScreen(ModalScreen[None]):
    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen VerticalScroll { width: 76; max-width: 100%; height: auto; max-height: 90%; border: round $primary;
                                padding: 1 2; background: $surface; }
    HelpScreen Static { width: auto; }
    """
    BINDINGS = bound("help")

    def __init__(self, of: Screen[Any]) -> None:
        super().__init__()
        self._of = of

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=True):
            yield Static(self._text(), markup=False)

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def on_resize(self, event: events.Resize) -> None:
        self.query_one(Static).update(self._text())

    def action_scroll(self, by: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)

    def _text(self) -> Text:
        keys: dict[str, str] = {}
        focused = self._of.focused
        nodes = (getattr(self._of, "activity", None), *(focused.ancestors_with_self if focused else ()), self._of,
                 self.app)  # fmt: skip
        notes = dict.fromkeys(str(getattr(node, "HELP_TEXT", "") or "").strip() for node in nodes)
        parts = [respelt_prose(self.app, nodes, note) for note in notes if note]
        for binding in self._of.active_bindings.values():
            label = binding.binding.description
            if label and binding.enabled and binding.binding.action not in TEXTUALS:
                shown = self.app.get_key_display(binding.binding)
                keys[label] = f"{keys[label]} {shown}" if label in keys else shown
        rows = "\n".join(f"- `{keys[label]}` {label}" for label in keys)
        file = clean(str(keys_file()), lines=False)
        own = f"For other keys, `dltui keys` prints a file to change, which is to be `{file}`."
        parts += ["### All keys here", rows, own, f"`{pressed(self.app, 'help.close')}` closes this."]
        return typeset(self.app, "\n\n".join(parts), min(WIDEST, self.app.size.width - AROUND))
