"""Help for what is in front of the learner: the pane's own text, then all keys that work here."""

from __future__ import annotations

from typing import Any

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from dltui.tui.theme import typeset

TEXTUALS = {binding.action for binding in Binding.make_bindings([*Screen.BINDINGS, *App.BINDINGS])}
"""What every Textual screen can do by itself is no help here."""


class HelpScreen(ModalScreen[None]):
    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen VerticalScroll { width: 76; max-width: 100%; height: auto; max-height: 90%; border: round $primary;
                                padding: 1 2; background: $surface; }
    HelpScreen Static { width: auto; }
    """
    BINDINGS = [
        Binding("escape,q,question_mark,f1,enter", "dismiss", "close"),
        Binding("j", "scroll(1)", show=False),
        Binding("k", "scroll(-1)", show=False),
        Binding("d,ctrl+d", "scroll(10)", show=False),
        Binding("u,ctrl+u", "scroll(-10)", show=False),
    ]

    def __init__(self, of: Screen[Any]) -> None:
        super().__init__()
        self._of = of

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=True):
            yield Static(self._text(), markup=False)

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def action_scroll(self, by: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)

    def _text(self) -> Text:
        parts: list[str] = []
        keys: dict[str, str] = {}
        activity = getattr(self._of, "activity", None)
        for node in (self._of.focused, activity, self._of):
            if node is None:
                continue
            note = str(getattr(node, "HELP_TEXT", "") or "").strip()
            if note and note not in parts:
                parts.append(note)
        for binding in self._of.active_bindings.values():
            label = binding.binding.description
            if label and binding.enabled and binding.binding.action not in TEXTUALS:
                shown = self.app.get_key_display(binding.binding)
                keys[label] = f"{keys[label]} {shown}" if label in keys else shown
        rows = "\n".join(f"- `{keys[label]}` {label}" for label in keys)
        return typeset(self.app, "\n\n".join([*parts, "### All keys here", rows, "`escape` closes this."]), 68)
