"""The text of a step, set anew for each width."""

from __future__ import annotations

import re

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Static

from dltui.tui.keys import bound
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
    BINDINGS = bound("text")

    class Sought(Message):
        """The next match (`by` 1) or the one before (-1) is wanted; 0: none any more."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    def __init__(self, text: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._text = text
        self._set_for = 0
        self._marked: re.Pattern[str] | None = None
        self._looked_at = -1
        """Which of the matches."""
        self._line = 0
        """Where that one stands."""

    def compose(self) -> ComposeResult:
        yield Static(markup=False)

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _: self._recolour())

    def action_half(self, by: int) -> None:
        """Half a page, as in vi."""
        self.scroll_relative(y=by * self.size.height // 2, animate=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys of a search mean something else while there is none."""
        return self._marked is not None or action not in ("match", "end_search")

    def action_match(self, by: int) -> None:
        self.post_message(self.Sought(by))

    def action_end_search(self) -> None:
        self.post_message(self.Sought(0))

    def mark(self, sought: re.Pattern[str] | None, number: int = -1) -> None:
        """Mark all that matches, and stand at one of them; None: mark nothing."""
        self._marked, self._looked_at = sought, number
        self._recolour()
        self.refresh_bindings()

    def _stand(self) -> None:
        """Have the match in sight, with some of what goes before it."""
        if not self.scroll_y <= self._line < self.scroll_y + self.size.height - 1:
            self.scroll_to(y=max(0, self._line - self.size.height // 3), animate=False)

    def _recolour(self) -> None:
        self._set_for = 0
        self._typeset()

    def set_text(self, text: str) -> None:
        self._text = text
        self._looked_at = -1
        self._recolour()
        self.scroll_home(animate=False)

    def on_resize(self, event: events.Resize) -> None:
        self._typeset()

    def _typeset(self) -> None:
        width = min(WIDEST, self.scrollable_content_region.width)
        if width > 8 and width != self._set_for:
            self._set_for = width
            text = typeset(self.app, self._text, width)
            for number, match in enumerate(self._marked.finditer(text.plain) if self._marked is not None else ()):
                here = number == self._looked_at
                text.stylize("bold reverse" if here else "bold underline", *match.span())
                if here:
                    self._line = text.plain.count("\n", 0, match.start())
                    self.call_after_refresh(self._stand)
            self.query_one(Static).update(text)
