"""The lab's own themes; Textual's are offered beside them in the palette."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any, Literal

from rich.text import Text
from textual.app import App
from textual.theme import Theme

from dltui.places import config_dir, ensure
from dltui.plot.palette import Theme as Colours
from dltui.plot.prose import prose

THEMES = (
    Theme(
        name="lab-dark", primary="#56b4e9", secondary="#009e73", accent="#e69f00", warning="#e69f00", error="#f0655a",
        success="#3fbf7f", foreground="#d7dde5", background="#10141a", surface="#161b22", panel="#1d242d", dark=True,
        variables={"footer-key-foreground": "#56b4e9", "input-cursor-background": "#56b4e9"},
    ),
    Theme(
        name="lab-light", primary="#005b94", secondary="#007054", accent="#945800", warning="#945800", error="#b3261e",
        success="#176f42", foreground="#1d242d", background="#fbfaf7", surface="#f3f1ec", panel="#e6e3dc", dark=False,
        variables={"footer-key-foreground": "#005b94", "input-cursor-background": "#005b94"},
    ),
    Theme(
        name="lab-contrast", primary="#7cc4ff", secondary="#7fe0b8", accent="#ffc46b", warning="#ffc46b",
        error="#ff9a9a", success="#7fe0b8", foreground="#ffffff", background="#000000", surface="#000000",
        panel="#101010", dark=True,
        variables={"footer-key-foreground": "#7cc4ff", "input-cursor-background": "#ffffff"},
    ),
    Theme(
        name="lab-colour-blind", primary="#56b4e9", secondary="#e08fc0", accent="#e69f00", warning="#f0e442",
        error="#ff8a50", success="#56b4e9", foreground="#d7dde5", background="#10141a", surface="#161b22",
        panel="#1d242d", dark=True,
        variables={"footer-key-foreground": "#56b4e9", "input-cursor-background": "#56b4e9"},
    ),
)
DRAWN: Mapping[str, Colours] = MappingProxyType({"lab-contrast": "contrast", "lab-colour-blind": "safe"})
"""The drawing colours of themes that have their own."""
OF_THE_TERMINAL = "ansi-dark"
"""The theme in the terminal's own colours, whatever they are."""
IN_ASCII = "-ascii"
"""The class of an app that shows nothing but ASCII."""


def colours(app: App[Any]) -> Colours:
    """Which of the drawing colours suit the theme in use and the terminal."""
    theme = app.current_theme
    if app.no_color:
        return "none"
    if theme.ansi or app.console.color_system == "standard":
        return "ansi" if theme.dark else "ansi-light"
    return DRAWN.get(theme.name, "dark" if theme.dark else "light")


def in_ascii(app: App[Any]) -> bool:
    """Whether to draw with ASCII alone."""
    return app.has_class(IN_ASCII)


def typeset(app: App[Any], text: str, width: int) -> Text:
    """The text of a lesson as this terminal shows it."""
    return prose(text, width, theme=colours(app), ascii=in_ascii(app))


Tone = Literal["good", "bad", "doubt", "said", "formula"]
_TONES: dict[Colours, dict[Tone, str]] = {
    "dark": {"good": "#3fbf7f", "bad": "#f0655a", "doubt": "#e6b450", "said": "#e9c46a", "formula": "#7fd4d9"},
    "contrast": {"good": "#7fe0b8", "bad": "#ff9a9a", "doubt": "#ffc46b", "said": "#ffe08a", "formula": "#9fe8ec"},
    "safe": {"good": "#56b4e9", "bad": "#ff8a50", "doubt": "#f0e442", "said": "#e9c46a", "formula": "#7fd4d9"},
    "light": {"good": "#176f42", "bad": "#b3261e", "doubt": "#8a5a00", "said": "#7a4f00", "formula": "#00626b"},
    "ansi": {"good": "green", "bad": "red", "doubt": "yellow", "said": "yellow", "formula": "cyan"},
    "ansi-light": {"good": "#0000aa", "bad": "#aa0000", "doubt": "#aa00aa", "said": "#aa00aa", "formula": "#0000aa"},
    "none": {"good": "bold", "bad": "bold", "doubt": "bold", "said": "italic", "formula": ""},
}


def tone(theme: Colours, name: Tone) -> str:
    """The style of a tone of voice; each has enough contrast on its theme's background."""
    return _TONES[theme][name]


def remembered() -> str:
    """The name of the theme chosen last; empty where none is kept."""
    try:
        return (config_dir() / "theme").read_text().strip()[:40]
    except (OSError, UnicodeDecodeError):
        return ""


def remember(name: str) -> None:
    """Keep the choice; a disk that does not take it is no reason for a message."""
    with suppress(OSError):
        (ensure(config_dir()) / "theme").write_text(f"{name}\n")
