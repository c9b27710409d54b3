"""Colours and the glyphs that go with them. No meaning hangs on a colour alone: each role and each run has a glyph too.

Runs use the eight colours of Okabe and Ito (2008), which stay apart for colour-blind eyes, shifted a little in light
for each background.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from rich.style import Style

from dltui.scene import Role

Theme = Literal["dark", "light", "contrast", "safe", "ansi", "ansi-light", "none"]
"""contrast: on black. safe: dark, with blue and orange where others have green and red. ansi: the 16 colours of the
terminal; ansi-light: those of them that can be read on white. none: no colour at all, only bold and dim."""

SIXTEEN: tuple[Theme, ...] = ("ansi", "ansi-light")
"""The themes with too few colours for shades."""

Part = Literal["axis", "name", "title", "cursor", "guess"]
"""The parts of a picture that are not data."""

_DARK: dict[Role | Part, str] = {
    "class0": "#7cc4ff", "class1": "#ffb454", "model": "#56b4e9", "second": "#e69f00", "third": "#00c08b",
    "boundary": "#f0f0f0", "chosen": "bold #ffffff", "wrong": "bold #ff6b6b", "accent": "bold #f0e442",
    "faint": "#8a8a8a", "text": "#d0d0d0",
    "axis": "#8a8a8a", "name": "#a8a8a8", "title": "bold #d8d8d8", "cursor": "#b0b0b0", "guess": "bold #f0e442",
}
_LIGHT: dict[Role | Part, str] = {
    "class0": "#00558c", "class1": "#a34700", "model": "#0068a3", "second": "#945800", "third": "#007054",
    "boundary": "#202020", "chosen": "bold #000000", "wrong": "bold #c00020", "accent": "bold #7a2f8a",
    "faint": "#696969", "text": "#303030",
    "axis": "#696969", "name": "#606060", "title": "bold #202020", "cursor": "#606060", "guess": "bold #7a2f8a",
}
_CONTRAST: dict[Role | Part, str] = _DARK | {
    "class0": "#9fd4ff", "class1": "#ffc46b", "faint": "#b0b0b0", "text": "#ffffff", "boundary": "#ffffff",
    "wrong": "bold #ff9a9a", "axis": "#b0b0b0", "name": "#e0e0e0", "title": "bold #ffffff", "cursor": "#e0e0e0",
}
_SAFE: dict[Role | Part, str] = _DARK | {"wrong": "bold #ff8a50", "third": "#e08fc0"}
_NONE: dict[Role | Part, str] = {
    "class0": "", "class1": "", "model": "", "second": "", "third": "", "boundary": "", "chosen": "bold",
    "wrong": "bold", "accent": "bold", "faint": "dim", "text": "",
    "axis": "dim", "name": "", "title": "bold", "cursor": "dim", "guess": "bold",
}
_ANSI: dict[Role | Part, str] = {
    "class0": "cyan", "class1": "yellow", "model": "cyan", "second": "yellow", "third": "green", "boundary": "",
    "chosen": "bold", "wrong": "bold red", "accent": "bold magenta", "faint": "bright_black", "text": "",
    "axis": "bright_black", "name": "", "title": "bold", "cursor": "bright_black", "guess": "bold magenta",
}
# Yellow, cyan and green vanish on white. By number, not by name: what a name means is for each terminal to say, and
# most choose it for black. These are among the sixteen.
_ANSI_LIGHT: dict[Role | Part, str] = {
    "class0": "#0000aa", "class1": "#aa0000", "model": "#0000aa", "second": "#aa0000", "third": "#aa00aa",
    "boundary": "#000000", "chosen": "bold #000000", "wrong": "bold #aa0000", "accent": "bold #aa00aa",
    "faint": "#555555", "text": "#000000",
    "axis": "#555555", "name": "#000000", "title": "bold #000000", "cursor": "#555555", "guess": "bold #aa00aa",
}
_ROLES = {
    "dark": _DARK, "light": _LIGHT, "contrast": _CONTRAST, "safe": _SAFE, "ansi": _ANSI, "ansi-light": _ANSI_LIGHT,
    "none": _NONE,
}  # fmt: skip


@dataclass(frozen=True)
class RunLook:
    """How one run looks in every chart, table and legend."""

    dark: str
    light: str
    ansi: str
    ansi_light: str
    glyph: str
    letter: str
    """The glyph of `--ascii`."""

    def color(self, theme: Theme = "dark") -> str:
        """A colour for rich; empty without colour."""
        named = {"light": self.light, "ansi": self.ansi, "ansi-light": self.ansi_light, "none": ""}
        return named.get(theme, self.dark)

    def mark(self, ascii: bool = False) -> str:
        return self.letter if ascii else self.glyph


RUNS = (
    RunLook("#56b4e9", "#0068a3", "cyan", "#0000aa", "●", "a"),  # sky blue
    RunLook("#e69f00", "#945800", "yellow", "#aa0000", "▲", "b"),  # orange
    RunLook("#00c08b", "#007054", "green", "#000000", "■", "c"),  # bluish green
    RunLook("#e08fc0", "#9c3f74", "magenta", "#aa00aa", "◆", "d"),  # reddish purple
    RunLook("#f0e442", "#6f6500", "bright_yellow", "#00aa00", "▼", "e"),  # yellow
    RunLook("#ff7a3d", "#ad4200", "red", "#ff5555", "○", "f"),  # vermilion
    RunLook("#5a8dff", "#003f8f", "blue", "#5555ff", "△", "g"),  # blue
    RunLook("#d0d0d0", "#404040", "bright_black", "#555555", "□", "h"),  # grey
)


def run_look(index: int) -> RunLook:
    """The look of the run at this place in a comparison, from 0; from the ninth on colours and glyphs come again."""
    return RUNS[index % len(RUNS)]


@cache
def role_style(role: Role | Part, theme: Theme = "dark") -> Style:
    return Style.parse(_ROLES[theme][role])


@cache
def line_style(color: str, faint: bool = False, theme: Theme = "dark") -> Style:
    """The style of a line in one colour (empty: the terminal's own). What stands behind is faint: `#rrggbb` goes half
    of the way to the background, which all terminals can show; other colours are dimmed."""
    if theme == "none" or not color:
        return Style(dim=faint or None)
    if not faint or not color.startswith("#"):
        return Style(color=color, dim=faint or None)
    if theme == "ansi-light":
        return Style(color="#555555")  # the next one among the sixteen; halfway to white there is none
    ground = 0xFA if theme == "light" else 0x16
    parts = [(int(color[start : start + 2], 16) + ground) // 2 for start in (1, 3, 5)]
    return Style(color="#{:02x}{:02x}{:02x}".format(*parts))
