from __future__ import annotations

from math import dist, inf, nan

from hypothesis import given
from hypothesis import strategies as st

from dltui.plot.clipping import Box, Point, clip_polyline, clip_segment, thinned

BOX: Box = (0.0, 0.0, 10.0, 5.0)
near = st.floats(-30, 30)
points = st.tuples(near, near)
any_number = st.floats(allow_nan=False, allow_infinity=False)


def test_a_line_through_the_box_is_cut_at_its_border() -> None:
    assert clip_segment((-10, 2), (20, 2), BOX) == ((0, 2), (10, 2))
    assert clip_segment((5, 1), (5, 100), BOX) == ((5, 1), (5, 5))
    assert clip_segment((-1, -1), (1, 1), BOX) == ((0, 0), (1, 1))


def test_a_line_beside_the_box_is_gone() -> None:
    assert clip_segment((-1, 2), (-5, 3), BOX) is None
    assert clip_segment((-3, 4), (1, 9), BOX) is None
    assert clip_segment((11, 2), (11, 2), BOX) is None


@given(points, points)
def test_the_cut_lies_on_the_line_and_in_the_box(start: Point, end: Point) -> None:
    cut = clip_segment(start, end, BOX)
    if cut is None:
        for step in range(101):
            x, y = (a + (b - a) * step / 100 for a, b in zip(start, end, strict=True))
            assert not (1e-6 < x < 10 - 1e-6 and 1e-6 < y < 5 - 1e-6)
        return
    for x, y in cut:
        assert 0 <= x <= 10 and 0 <= y <= 5
        assert dist(start, (x, y)) + dist((x, y), end) <= dist(start, end) + 1e-6


@given(st.tuples(any_number, any_number), st.tuples(any_number, any_number))
def test_numbers_of_any_size_stay_in_the_box(start: Point, end: Point) -> None:
    for x, y in clip_segment(start, end, BOX) or ():
        assert 0 <= x <= 10 and 0 <= y <= 5


def test_a_polyline_falls_into_the_parts_inside() -> None:
    zigzag = [(1, 1), (1, 9), (3, 9), (3, 1), (4, 1)]
    assert clip_polyline(zigzag, BOX) == [[(1, 1), (1, 5)], [(3, 5), (3, 1), (4, 1)]]


def test_gaps_split_and_lone_points_stay() -> None:
    parts = clip_polyline([(1, 1), (2, nan), (3, 1), (4, 1), (5, inf), (6, 2), (7, nan), (99, 1)], BOX)
    assert parts == [[(1, 1)], [(3, 1), (4, 1)], [(6, 2)]]


def test_no_spike_is_lost_by_thinning() -> None:
    curve = [(float(step), 1.0) for step in range(10_000)]
    curve[4321], curve[777] = (4321.0, 99.0), (777.0, -5.0)
    kept = thinned(curve, 100, 0, 10_000)
    assert len(kept) <= 201
    assert (4321.0, 99.0) in kept and (777.0, -5.0) in kept and kept[-1] == curve[-1]


@given(st.lists(st.tuples(st.floats(0, 50), st.floats(-9, 9) | st.just(nan)), max_size=300), st.integers(1, 20))
def test_thinning_keeps_order_extremes_and_gaps(found: list[Point], columns: int) -> None:
    curve = sorted(found, key=lambda point: point[0])
    kept = thinned(curve, columns, 0, 50)
    finite = [y for _, y in curve if y == y]
    seen = [(x, y) for x, y in kept if y == y]
    assert [x for x, _ in kept] == sorted(x for x, _ in kept)
    assert len(seen) <= 2 * (columns + 1) * (1 + len(curve) - len(finite)) + 1
    if finite:
        assert (min(finite), max(finite)) == (min(y for _, y in seen), max(y for _, y in seen))


def test_thinning_keeps_the_points_that_lead_into_the_box() -> None:
    curve = [(float(x), float(x * x)) for x in range(-50, 51)]
    assert (-1.0, 1.0) in thinned(curve, 5, 0, 50)
