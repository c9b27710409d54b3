"""The card at the end of a lesson: what is done, what is open, where to go."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static

from dltui.lesson.find import Entry
from dltui.tui.keys import bound

MOST = 6
"""Open steps that are named."""


class EndScreen(ModalScreen[str | None]):
    """Dismissed with `open`, `next`, `write`, `course` or None."""

    DEFAULT_CSS = """
    EndScreen { align: center middle; }
    EndScreen Static { width: 64; max-width: 96%; height: auto; border: round $primary; background: $surface;
                       padding: 1 2; }
    """
    BINDINGS = bound("end")

    def __init__(self, title: str, done: int, still: list[tuple[int, str]], follower: Entry | None) -> None:
        super().__init__()
        self._still = still
        self._follower = follower
        self._text = self._card(title, done)

    def _card(self, title: str, done: int) -> Text:
        text = Text.assemble((f"The end of “{title}”", "bold"), f"\n\n{done} of {done + len(self._still)} steps done")
        for number, name in self._still[:MOST]:
            text.append(f"\n  ○ {number:>2}  {name}")
        if len(self._still) > MOST:
            text.append(f"\n  and {len(self._still) - MOST} more")
        text.append("\n")
        if self._still:
            text.append("\nenter", "bold").append("  the first open step")
        if self._follower is not None:
            text.append("\nn" if self._still else "\nenter", "bold")
            text.append(f"  next lesson: {self._follower.number} {self._follower.title}")
        text.append("\nW", "bold").append("  write your answers to a file, to hand them in")
        text.append("\nq", "bold").append("  the course").append("   esc", "bold").append("  stay here")
        return text

    def compose(self) -> ComposeResult:
        yield Static(self._text, markup=False)

    def action_first(self) -> None:
        self.dismiss("open" if self._still else "next" if self._follower is not None else "course")
