"""The text of a lesson as it is read: a Markdown subset with formulas, wrapped for one width."""

from __future__ import annotations

from rich.text import Text

from dltui.plot.palette import Theme
from dltui.plot.prose.look import BARE, LOOKS, Look, Part
from dltui.plot.prose.page import lines
from dltui.plot.prose.words import as_string, as_text
from dltui.text import clean

__all__ = ["LOOKS", "Look", "Part", "plain", "prose"]

NARROWEST = 8


def prose(text: str, width: int, *, theme: Theme = "dark", look: Look | None = None, ascii: bool = False) -> Text:
    """`text` as lines of at most `width` cells, in one Text with newlines between them.

    Paragraphs, **strong**, *emphasis*, `code`, lists, quotes (set as asides), headings, listings, tables, rules, links
    (with their https address, never live), `$…$` in the line and `$$…$$` as blocks. `look` replaces the theme's styles.
    Never raises for any text: a formula that cannot be set stays as it was written.
    """
    styles = LOOKS[theme] if look is None else look
    return as_text(lines(clean(text), max(width, NARROWEST), styles, ascii=ascii))


def plain(text: str, width: int, *, ascii: bool = False, spoken: bool = False) -> str:
    """The same without styles; with `spoken`, formulas in words."""
    return as_string(lines(clean(text), max(width, NARROWEST), BARE, ascii=ascii, spoken=spoken))
