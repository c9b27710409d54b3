"""The one-line bars above and below each screen, and the notice for terminals that are too small."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.dom import DOMNode
from textual.geometry import Offset
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, Static

from dltui.plot.transcription import ascii_text
from dltui.tui.reading import Reading
from dltui.tui.spelling import respelt
from dltui.tui.theme import in_ascii

Key = tuple[str, str]
"""A key as printed and what it does, in a word or two."""


PART = re.compile(r" · | \(|   ")
"""Before it, a line that is too long may end."""
WIDE = "   "
"""Between two keys where there is room."""
LEAST = 6
"""Columns below which the right side of a bar is left out."""


class Bar(Widget):
    """One line: `left` from the left edge, `right` against the right edge; the right gives way when it is tight."""

    DEFAULT_CSS = """
    Bar { height: 1; padding: 0 1; color: $text-muted; }
    """
    CUT = False
    """Whether the first part of the right side is cut where it does not fit, rather than left out."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._left = Text()
        self._right = Text()

    def say(self, left: Text | None = None, right: Text | None = None) -> None:
        """Change either side; nothing is painted when nothing changed."""
        new = (self._left if left is None else left, self._right if right is None else right)
        if new != (self._left, self._right):
            self._left, self._right = new
            self.refresh()

    def render(self) -> Text:
        width = self.size.width
        left = self._fitting(width)
        left.truncate(width, overflow="ellipsis")
        room = width - left.cell_len - 2
        right = whole_parts(self._right.copy(), room if room >= LEAST else 0)
        if not self.CUT and right.plain.endswith("…"):
            right = Text()
        return Text.assemble(left, " " * max(0, width - left.cell_len - right.cell_len), right, no_wrap=True)

    def _fitting(self, width: int) -> Text:
        """The left side, as it suits a bar of so many columns."""
        return self._left.copy()


class KeyBar(Bar):
    """The footer: at most six keys that matter here, and what is going on."""

    DEFAULT_CSS = """
    KeyBar { color: $text-muted; }
    """
    COMPONENT_CLASSES = {"keybar--key"}

    CUT = True

    def keys(self, keys: Sequence[Key]) -> None:
        spelt = ascii_text if in_ascii(self.app) else str
        here = (*self.nodes(), self.app)
        parts = [Text.assemble((spelt(respelt(self.app, here, key)), "bold"), f" {spelt(label)}")
                 for key, label in keys[:6]]  # fmt: skip
        self.say(left=Text(WIDE).join(parts))

    def nodes(self) -> Sequence[DOMNode | None]:
        """Whose keys are told, those that get them first at the front; nobody's while there is typing."""
        focused = self.screen.focused
        if isinstance(focused, Input):
            return ()
        chain = focused.ancestors_with_self if focused is not None and not isinstance(focused, Reading) else ()
        return *chain, getattr(self.screen, "activity", None), self.screen

    def _fitting(self, width: int) -> Text:
        """Closer together where the right side needs the room."""
        if not self._right or self._left.cell_len + LEAST + self._right.cell_len <= width:
            return self._left.copy()
        return Text("  ").join(self._left.split(WIDE))


class TooSmall(Static):
    DEFAULT_CSS = """
    TooSmall { display: none; width: 100%; height: 100%; content-align: center middle; text-align: center; }
    """

    def __init__(self) -> None:
        super().__init__("This terminal is too small.\nThe lab needs 60×16.\nMake it larger, or: dltui --plain",
                         markup=False)


class LabScreen(Screen[None]):
    """Base of the full screens: bars, and nothing but a notice below 60x16."""

    HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (60, "-narrow"), (100, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (16, "-tall")]
    DEFAULT_CSS = """
    LabScreen { layout: vertical; background: $background; }
    LabScreen.-slim > *, LabScreen.-flat > * { display: none; }
    LabScreen.-slim > TooSmall, LabScreen.-flat > TooSmall { display: block; }
    """

    def compose(self) -> ComposeResult:
        yield Bar(id="top")
        yield Line()
        yield from self.compose_body()
        yield Line()
        yield KeyBar(id="keys")
        yield TooSmall()

    def compose_body(self) -> ComposeResult:
        raise NotImplementedError

    def get_widget_and_offset_at(self, x: int, y: int) -> tuple[Widget | None, Offset | None]:
        """Where a selection of text with the mouse would begin: not in a widget that is gone from the screen but not
        yet from the last frame, which Textual would ask for its container."""
        widget, offset = super().get_widget_and_offset_at(x, y)
        return (widget, offset) if widget is None or widget.is_attached else (None, None)

    @property
    def top(self) -> Bar:
        return self.query_one("#top", Bar)

    @property
    def bottom(self) -> KeyBar:
        return self.query_one("#keys", KeyBar)


class Line(Widget):
    """A thin horizontal rule."""

    DEFAULT_CSS = "Line { height: 1; color: $foreground 35%; }"

    def render(self) -> Text:
        return Text("─" * self.size.width, no_wrap=True)


def whole_parts(text: Text, room: int) -> Text:
    """As many parts of "a · b (c)   d" as there is room for, from the left; one too long ends in an ellipsis."""
    ends = [match.start() for match in PART.finditer(text.plain)]
    for end in [len(text.plain), *reversed(ends)]:
        if text[:end].cell_len <= room:
            return text[:end]
    text.truncate(room, overflow="ellipsis" if room else "crop")
    return text


def fit(text: str, width: int) -> str:
    """Cut with an ellipsis or padded to exactly `width` cells."""
    if cell_len(text) <= width:
        return text + " " * (width - cell_len(text))
    cut = Text(text)
    cut.truncate(width, overflow="ellipsis")
    return cut.plain + " " * (width - cell_len(cut.plain))
