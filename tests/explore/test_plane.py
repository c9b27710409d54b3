from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dltui.explore.plane import clipped, grid, rows

BOX = (-2.0, 2.0)
NUMBERS = st.floats(-1e3, 1e3)


def test_a_diagonal_runs_from_corner_to_corner() -> None:
    ends = clipped(1.0, -1.0, 0.0, BOX, BOX)
    assert sorted(ends) == [pytest.approx((-2.0, -2.0)), pytest.approx((2.0, 2.0))]


def test_upright_and_level_lines_keep_their_place() -> None:
    assert sorted(clipped(2.0, 0.0, -2.0, BOX, BOX)) == [(1.0, -2.0), (1.0, 2.0)]
    assert sorted(clipped(0.0, 2.0, 2.0, BOX, BOX)) == [(-2.0, -1.0), (2.0, -1.0)]


@pytest.mark.parametrize("line", [(0.0, 0.0, 1.0), (1.0, 0.0, 5.0), (1.0, 1.0, 9.0), (5e-324, 0.0, 1.0)])
def test_no_line_where_there_is_none_to_see(line: tuple[float, float, float]) -> None:
    assert clipped(*line, BOX, BOX) == ()


@settings(deadline=None)
@given(NUMBERS, NUMBERS, NUMBERS)
def test_ends_lie_on_the_line_and_on_the_border(a: float, b: float, c: float) -> None:
    length = float(np.hypot(a, b))
    for x, y in clipped(a, b, c, BOX, BOX):
        assert abs(a * x + b * y + c) <= 1e-9 * max(length, 1.0) * 10
        assert max(abs(x), abs(y)) == pytest.approx(2.0)


@settings(deadline=None)
@given(NUMBERS, NUMBERS, NUMBERS)
def test_a_line_between_corners_of_both_signs_is_seen(a: float, b: float, c: float) -> None:
    corners = [a * x + b * y + c for x in BOX for y in BOX]
    if min(corners) < -1e-6 and max(corners) > 1e-6:
        assert len(clipped(a, b, c, BOX, BOX)) == 2


def test_grids_run_from_the_top_left() -> None:
    places = grid((0.0, 4.0), (0.0, 2.0), 2)
    assert places.tolist() == [[1.0, 1.5], [3.0, 1.5], [1.0, 0.5], [3.0, 0.5]]
    assert rows(np.array([1.0, 2.0, 3.0, 4.0]), 2) == ((1.0, 2.0), (3.0, 4.0))
