from __future__ import annotations

from typing import get_args

import pytest
from rich.color import ColorSystem
from rich.style import Style

from dltui.plot.palette import RUNS, SIXTEEN, Part, Theme, line_style, role_style, run_look
from dltui.scene import Role


@pytest.mark.parametrize("theme", get_args(Theme))
def test_every_role_has_a_style(theme: Theme) -> None:
    for role in (*get_args(Role), *get_args(Part)):
        assert role_style(role, theme) is role_style(role, theme)


def test_without_colour_there_is_none() -> None:
    for role in (*get_args(Role), *get_args(Part)):
        assert role_style(role, "none").color is None and role_style(role, "none").bgcolor is None
    assert line_style("#ff0000", theme="none") == Style()
    assert line_style("#ff0000", True, "none") == Style(dim=True)


@pytest.mark.parametrize("theme", SIXTEEN)
def test_sixteen_colours_are_enough_for_ansi(theme: Theme) -> None:
    styles = [role_style(role, theme) for role in (*get_args(Role), *get_args(Part))]
    shown = {style.color.downgrade(ColorSystem.STANDARD).number for style in styles if style.color}
    assert theme == "ansi" or shown == {0, 1, 4, 5, 8}, "black, red, blue, magenta and grey: dark in every terminal"
    runs = [line_style(look.color(theme), theme=theme).color for look in RUNS]
    assert len({color.downgrade(ColorSystem.STANDARD).number for color in runs if color}) == len(RUNS)


def test_runs_differ_in_colour_and_in_glyph() -> None:
    assert len(RUNS) == 8
    for field in ("dark", "light", "ansi", "ansi_light", "glyph", "letter"):
        assert len({getattr(look, field) for look in RUNS}) == 8
    assert run_look(8) == run_look(0)
    assert run_look(1).mark() == "▲" and run_look(1).mark(ascii=True) == "b"
    assert run_look(0).color("none") == ""


def contrast(color: str, ground: str) -> float:
    """The ratio of WCAG 2.2."""
    def light(text: str) -> float:
        parts = [int(text[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((light(color), light(ground)))
    return (high + 0.05) / (low + 0.05)


FEW = 4
"""Runs that can be told apart in sixteen colours, and read."""


@pytest.mark.parametrize(
    ("theme", "ground"),
    [("dark", "#161b22"), ("light", "#f3f1ec"), ("contrast", "#000000"), ("safe", "#161b22"),
     ("ansi-light", "#ffffff")]
)
def test_all_colours_can_be_read(theme: Theme, ground: str) -> None:
    """Lines need 3 : 1, but their labels have their colours; `#f3f1ec` is the darkest ground of the light screens."""
    styles = [role_style(role, theme) for role in (*get_args(Role), *get_args(Part))]
    styles += [line_style(look.color(theme), theme=theme) for look in RUNS[: FEW if theme in SIXTEEN else None]]
    found = {style.color.name: round(contrast(style.color.name, ground), 2) for style in styles if style.color}
    assert {name: ratio for name, ratio in found.items() if ratio < 4.5} == {}


def test_faint_lines_lie_between_their_colour_and_the_background() -> None:
    faint = line_style("#56b4e9", faint=True)
    assert faint.color is not None and faint.color.triplet is not None
    assert 0x16 < faint.color.triplet.blue < 0xE9
    assert line_style("red", faint=True).dim
    assert line_style("") == Style()
