"""The themes: what is written in them can be read, by computation (WCAG 2.2, level AA: 4.5 : 1)."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from rich.console import Console
from textual.app import App
from textual.color import Color
from textual.theme import Theme

from dltui.plot.prose.look import LOOKS
from dltui.tui.theme import DRAWN, THEMES, Tone, colours, tone

LEAST = 4.5
STRUCTURE = {"rule"}
"""Parts that are no text."""


def ratio(color: str, ground: str) -> float:
    low, high = sorted(_light(Color.parse(each)) for each in (color, ground))
    return (high + 0.05) / (low + 0.05)


def _light(color: Color) -> float:
    """Relative luminance, of sRGB. Textual's own `brightness` is another measure."""
    parts = (part / 255 for part in color.rgb)
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_everything_that_is_written_can_be_read(theme: Theme) -> None:
    drawn = DRAWN.get(theme.name, "dark" if theme.dark else "light")
    colours = {name: str(getattr(theme, name)) for name in (
        "primary", "secondary", "accent", "warning", "error", "success", "foreground")}  # fmt: skip
    colours |= {f"tone {name}": tone(drawn, name) for name in get_args(Tone)}
    for part, style in LOOKS[drawn].items():
        if part not in STRUCTURE and (color := re.search("#[0-9a-f]{6}", style)):
            colours[f"prose {part}"] = color[0]
    grounds = [str(theme.background), str(theme.surface)]
    low = {name: color for name, color in colours.items() for ground in grounds if ratio(color, ground) < LEAST}
    assert low == {}


def test_high_contrast_is_higher() -> None:
    theme = next(theme for theme in THEMES if theme.name == "lab-contrast")
    assert ratio(str(theme.foreground), str(theme.background)) == pytest.approx(21)
    assert min(ratio(tone("contrast", name), str(theme.background)) for name in get_args(Tone)) >= 7


def test_right_and_wrong_are_apart_for_colour_blind_eyes() -> None:
    """Blue against orange: they differ most in the axis that red-green blindness keeps (blue against yellow)."""
    good, bad = (Color.parse(tone("safe", name)) for name in ("good", "bad"))
    assert good.b - (good.r + good.g) / 2 > 60 and (bad.r + bad.g) / 2 - bad.b > 60


def test_on_a_light_ground_nothing_is_written_in_pale_colours() -> None:
    """Colours by name are made for black in most terminals."""
    styles = [*LOOKS["ansi-light"].values(), *(tone("ansi-light", name) for name in get_args(Tone))]
    found = [re.findall("#[0-9a-f]{6}", style) for style in styles]
    assert [color for colors in found for color in colors if ratio(color, "#ffffff") < LEAST] == []
    assert [style for style in styles if re.search("yellow|cyan|green|white|red|blue|magenta", style)] == []
    assert _drawn(dark=False) == "ansi-light" and _drawn(dark=True) == "ansi"


def _drawn(dark: bool) -> str:
    """The drawing colours of an app whose terminal has sixteen colours."""
    app: App[None] = App()
    app.console = Console(color_system="standard")
    app.theme = "textual-dark" if dark else "textual-light"
    return colours(app)
