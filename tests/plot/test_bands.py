from __future__ import annotations

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dltui.plot.axes import around, values_axis
from dltui.plot.bands import tinted
from dltui.plot.cells import Grid, to_text
from dltui.plot.chart import Chart, Curve, draw
from dltui.plot.palette import Theme

COLOR = "#56b4e9"


def drawn(low: float, high: float, ascii: bool = False, theme: Theme = "dark", log: bool = False) -> Grid:
    band = ([[(0.0, low), (10.0, low)]], [[(0.0, high), (10.0, high)]])
    curve = Curve("mean", [[(0.0, 1.0), (10.0, 1.0)]], COLOR, band=band)
    return draw(Chart((curve,), around(0, 10), values_axis(0.1, 2.0, log)), 60, 16, ascii, theme=theme)


def shaded(grid: Grid) -> list[int]:
    """Rows with a tint, and that they are so from side to side."""
    tint = tinted(COLOR, "dark")
    assert tint is not None
    rows = [[x for x, style in enumerate(row) if style and style.bgcolor == tint.bgcolor] for row in grid.styles]
    wide = {len(row) for row in rows if row}
    assert len(wide) <= 1
    return [y for y, row in enumerate(rows) if row]


def test_a_band_is_a_tint_between_its_edges() -> None:
    thin, thick = shaded(drawn(0.9, 1.1)), shaded(drawn(0.3, 1.7))
    assert set(thin) < set(thick)
    assert thick == list(range(thick[0], thick[-1] + 1))


def test_the_curve_stays_as_it_is() -> None:
    assert to_text(drawn(0.9, 1.1)) == to_text(drawn(1.0, 1.0))


@pytest.mark.parametrize(("ascii", "theme", "dot"), [(True, "dark", "."), (False, "none", "·"), (False, "ansi", "·")])
def test_dots_along_the_edges_without_colours(ascii: bool, theme: Theme, dot: str) -> None:
    text = to_text(drawn(0.3, 1.7, ascii, theme))
    assert sum(1 for line in text.splitlines() if line.count(dot) > 20) == 2


@given(st.floats(allow_nan=True), st.floats(allow_nan=True), st.booleans())
def test_whatever_the_edges_nothing_breaks(low: float, high: float, log: bool) -> None:
    drawn(low, high, log=log)


def test_edges_beyond_the_chart_fill_it() -> None:
    assert len(shaded(drawn(-1e9, 1e9))) == len(shaded(drawn(-3.0, 5.0)))
    assert shaded(drawn(nan, inf)) == []
