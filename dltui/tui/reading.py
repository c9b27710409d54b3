"""The text of a step, set anew for each width."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Static

from dltui.tui.theme import typeset

WIDEST = 78
"""Longer lines tire the eye."""


class Reading(VerticalScroll, can_focus=True):
    DEFAULT_CSS = """
    Reading { padding: 1 2 0 2; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    Reading Static { width: auto; }
    Reading:focus { background-tint: $foreground 2%; }
    """
    KEYS = ("up", "down", "j", "k", "G", "home", "end", "pageup", "pagedown", "left", "right")
    """What the text does with keys itself."""
    BINDINGS = [
        Binding("j", "scroll_down", "down", show=False),
        Binding("k", "scroll_up", "up", show=False),
        Binding("G", "scroll_end", "end", show=False),
        Binding("ctrl+d", "half(1)", show=False),
        Binding("ctrl+u", "half(-1)", show=False),
    ]

    def __init__(self, text: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._text = text
        self._set_for = 0

    def compose(self) -> ComposeResult:
        yield Static(markup=False)

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _: self._recolour())

    def action_half(self, by: int) -> None:
        """Half a page, as in vi."""
        self.scroll_relative(y=by * self.size.height // 2, animate=False)

    def _recolour(self) -> None:
        self._set_for = 0
        self._typeset()

    def set_text(self, text: str) -> None:
        self._text = text
        self._set_for = 0
        self._typeset()
        self.scroll_home(animate=False)

    def on_resize(self, event: events.Resize) -> None:
        self._typeset()

    def _typeset(self) -> None:
        width = min(WIDEST, self.scrollable_content_region.width)
        if width > 8 and width != self._set_for:
            self._set_for = width
            self.query_one(Static).update(typeset(self.app, self._text, width))
