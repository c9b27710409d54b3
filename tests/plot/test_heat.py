from __future__ import annotations

from math import inf, nan

import pytest
from rich.color import Color

from dltui.plot import heat
from dltui.plot.cells import to_text
from dltui.plot.palette import Theme


def luminance(color: Color | None) -> float:
    assert color is not None and color.triplet is not None
    red, green, blue = color.triplet
    return 0.3 * red + 0.59 * green + 0.11 * blue


def test_two_rows_of_pixels_make_one_row_of_cells() -> None:
    grid = heat.draw([[0.0, 1.0], [1.0, 1.0]], 0, 1, "grey", 2, 1)
    assert grid.chars == [["▀", " "]]
    left, right = grid.styles[0]
    assert left is not None and right is not None
    assert luminance(left.color) < 20 and luminance(left.bgcolor) > 200
    assert right.color is None and luminance(right.bgcolor) > 200  # even cells need no foreground


def test_values_beyond_the_ends_and_missing_ones() -> None:
    assert heat.levels([[-inf, -1, 0, 0.5, 1, 9, inf, nan]], 0, 1, 10) == [[0, 0, 0, 5, 9, 9, 9, -1]]
    assert heat.draw([[nan], [1.0]], 0, 1, "grey", 1, 1).chars == [["▄"]]
    assert heat.draw([[1.0], [nan]], 0, 1, "grey", 1, 1).chars == [["▀"]]
    assert heat.draw([[nan], [nan]], 0, 1, "grey", 1, 1).styles == [[None]]


@pytest.mark.parametrize(("low", "high"), [(0, 0), (1, 0), (nan, 1), (-inf, inf), (-1.7e308, 1.7e308)])
def test_any_ends_can_be_drawn(low: float, high: float) -> None:
    heat.draw([[0.0, 1e308], [-1e308, nan]], low, high, "signed", 7, 3, smooth=True)


def test_the_signed_ramp_is_neutral_in_the_middle() -> None:
    style = heat.background("signed", "dark", heat.LEVELS // 2)
    assert style is not None and style.bgcolor is not None and style.bgcolor.triplet is not None
    assert max(style.bgcolor.triplet) - min(style.bgcolor.triplet) < 25


def test_few_styles_however_many_values() -> None:
    rows = [[(i * 64 + j) / 4096 for j in range(64)] for i in range(64)]
    grid = heat.draw(rows, 0, 1, "signed", 64, 32)
    styles = {id(style) for row in grid.styles for style in row}
    assert len(styles) <= heat.LEVELS * 3


def test_growing_repeats_or_goes_between() -> None:
    assert heat.resampled([[0.0, 1.0]], 4, 1, smooth=False) == [[0, 0, 1, 1]]
    assert heat.resampled([[0.0, 1.0]], 4, 1, smooth=True) == [[0, 0.25, 0.75, 1]]
    assert heat.resampled([[0.0], [1.0]], 1, 4, smooth=True) == [(0,), (0.25,), (0.75,), (1,)]


def test_shrinking_takes_the_mean() -> None:
    assert heat.resampled([[0.0, 1.0, 4.0, 5.0]], 2, 1, smooth=False) == [[0.5, 4.5]]


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_ascii_and_no_colour(theme: Theme) -> None:
    ramp = [[index / 9 for index in range(10)]]
    assert to_text(heat.draw(ramp, 0, 1, "grey", 10, 1, theme=theme, ascii=True)) == " .:-=+*#%@"
    assert to_text(heat.draw([[-1.0, 0.0, 1.0]], -1, 1, "signed", 3, 1, ascii=True)) == "E #"
    for few in heat.UNSHADED:
        grid = heat.draw(ramp, 0, 1, "grey", 10, 2, theme=few)
        line = "██▓▓▒▒░░  ".rstrip() if few == "ansi-light" else "  ░░▒▒▓▓██"  # the ground is what is light there
        assert to_text(grid) == f"{line}\n{line}" and set(grid.styles[0]) == {None}


def test_nothing_to_draw() -> None:
    assert to_text(heat.draw([], 0, 1, "grey", 3, 1)) == ""
    assert to_text(heat.draw([[]], 0, 1, "grey", 3, 1)) == ""
    assert heat.draw([[1.0]], 0, 1, "grey", 0, 0).chars == []


@pytest.mark.parametrize("ramp", ["classes", "signed", "grey"])
def test_colours_on_a_heat_map_are_chosen_for_its_lightness(ramp: heat.Ramp) -> None:
    for theme in ("dark", "light"):
        for level in range(heat.LEVELS):
            style = heat.background(ramp, theme, level)
            assert style is not None
            bright = luminance(style.bgcolor)
            assert heat.ground(ramp, theme, level) == ("light" if bright > 110 else "dark")
    assert heat.ground(ramp, "dark", heat.MISSING) == "dark"
