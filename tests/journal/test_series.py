from __future__ import annotations

import math
from math import inf, isfinite, nan
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dltui.journal.series import BLOCK, Point, Series

VALUES = st.one_of(st.floats(), st.none(), st.integers(-3, 3).map(float))
GAPPY = st.lists(VALUES, max_size=4 * BLOCK)
POINTS = st.lists(st.tuples(st.integers(1, 5), VALUES), max_size=5 * BLOCK)
"""Distances between steps, and values; the lists reach over several blocks."""


def series(values: list[float | None], steps: list[int] | None = None) -> Series:
    made = Series()
    made.extend(steps or range(len(values)), values)
    return made


def finite(value: float | None) -> bool:
    return value is not None and isfinite(value)


def by_hand(steps: list[int], values: list[float | None], low: float, high: float, columns: int) -> list[list[Point]]:
    """`window` in the plainest words; of equal extremes the first, and the last point."""
    segments: list[list[Point]] = []
    broken = True
    last = max((x for x in steps if low <= x <= high), default=None)
    edges = [low + (high - low) * column / columns for column in range(columns)] + [inf]
    for left, right in zip(edges, edges[1:], strict=False):
        column = [(x, y) for x, y in zip(steps, values, strict=True) if max(left, low) <= x < right and x <= high]
        known = [(x, y) for x, y in column if y is not None and isfinite(y)]
        chosen = {min(known, key=lambda p: (p[1], p[0])), min(known, key=lambda p: (-p[1], p[0]))} if known else set()
        for x, y in column:
            if not finite(y):
                broken = True
            elif (x, y) in chosen or x == last:
                if broken:
                    segments.append([])
                    broken = False
                segments[-1].append((float(x), float(y or 0.0)))
    return segments


@given(POINTS, st.floats(-20, 1500), st.floats(0, 1500), st.integers(1, 60))
def test_a_window_is_exactly_the_extremes_of_each_column_and_the_last_point(
    points: list[tuple[int, float | None]], low: float, span: float, columns: int
) -> None:
    steps, step = [], 0
    for distance, _ in points:
        step += distance
        steps.append(step)
    values = [value for _, value in points]
    found = series(values, steps).window(low, low + span, columns)
    assert found == by_hand(steps, values, low, low + span, columns)


@pytest.mark.parametrize("seed", range(12))
def test_a_window_over_many_blocks_is_exact(seed: int) -> None:
    random = Random(seed)
    share = random.choice([0.0, 0.001, 0.5])
    steps = sorted(random.sample(range(20_000), 1_500))
    values = [None if random.random() < share else random.choice([random.gauss(0, 1), 1.0, 2.0]) for _ in steps]
    made = series(values, steps)
    made.extend(steps[1_000:], values[1_000:])
    for _ in range(20):
        low, span, columns = random.uniform(-9, 15_000), random.uniform(1, 20_000), random.choice([1, 2, 5, 40])
        assert made.window(low, low + span, columns) == by_hand(steps, values, low, low + span, columns)


def test_no_spike_is_lost_and_none_is_moved() -> None:
    values: list[float | None] = [0.0] * 10_000
    values[7_777], values[7_778] = 9.0, -9.0
    points = [point for segment in series(values).window(0, 10_000, 50) for point in segment]
    assert (7_777, 9.0) in points
    assert (7_778, -9.0) in points
    assert len(points) <= 100


def test_a_line_breaks_at_gaps_even_inside_a_column() -> None:
    assert series([1.0, None, 3.0, nan, inf, 2.0, 4.0]).window(0, 6, 1) == [[(0.0, 1.0)], [(6.0, 4.0)]]
    assert series([1.0, None, 3.0, 2.0]).window(0, 3, 4) == [[(0.0, 1.0)], [(2.0, 3.0), (3.0, 2.0)]]


def test_nothing_to_draw() -> None:
    assert Series().window(0, 10, 10) == []
    assert series([None, nan]).window(0, 10, 10) == []
    assert series([1.0]).window(5, 10, 10) == []
    assert series([1.0]).window(10, 5, 10) == []
    assert series([1.0]).window(0, 10, 0) == []


def test_odd_windows_still_draw() -> None:
    assert series([1.0, 2.0]).window(-inf, inf, 2) == [[(0.0, 1.0), (1.0, 2.0)]]
    assert series([1.0, 2.0]).window(1, 1, 2) == [[(1.0, 2.0)]]
    assert series([1.0, 2.0]).window(-1.7e308, 1.7e308, 2) == [[(0.0, 1.0), (1.0, 2.0)]]


@given(GAPPY, st.integers(-5, 300), st.integers(-5, 300))
def test_bounds_are_those_of_the_values_inside(values: list[float | None], low: int, high: int) -> None:
    inside = [y for x, y in enumerate(values) if low <= x <= high and y is not None and isfinite(y)]
    assert series(values).bounds(low, high) == ((min(inside), max(inside)) if inside else None)


def test_bounds_without_limits_are_those_of_everything() -> None:
    assert series([3.0, None, -1.0]).bounds() == (-1.0, 3.0)


@given(GAPPY, GAPPY, st.integers(0, 4 * BLOCK))
def test_later_steps_override(before: list[float | None], after: list[float | None], at: int) -> None:
    """Appending again from a step on is the same as never having gone further than it."""
    at = min(at, len(before))
    made = series(before)
    made.smoothed(0.5)
    made.extend(range(at, at + len(after)), after)
    kept = before[:at] + after if after else before
    plain = series(kept)
    assert made.steps == plain.steps
    for low, high, columns in ((0, 300, 7), (at - 3, at + 70, 2)):
        assert made.window(low, high, columns) == plain.window(low, high, columns)
    assert made.smoothed(0.5).window(0, 300, 300) == plain.smoothed(0.5).window(0, 300, 300)
    assert made.bounds() == plain.bounds()


def test_later_steps_override_whole_blocks() -> None:
    made = series([9.0] * 300)
    made.extend(range(10, 400), [float(step) for step in range(10, 400)])
    assert made.bounds(0, 500) == (9.0, 399.0)
    assert made.bounds(10, 500) == (10.0, 399.0)


def test_cut_drops_a_step_and_what_follows() -> None:
    made = series([0.0, 1.0, 2.0, 3.0])
    made.cut(2)
    assert made.steps == [0.0, 1.0]
    made.cut(7)
    assert len(made) == 2


def test_last_and_at_are_true_points() -> None:
    made = series([5.0, 6.0, None, 8.0], [0, 10, 20, 40])
    assert made.last == (40.0, 8.0)
    assert [made.at(step) for step in (-3, 4, 10, 19, 29, 31, 99)] == [
        (0.0, 5.0), (0.0, 5.0), (10.0, 6.0), (20.0, None), (20.0, None), (40.0, 8.0), (40.0, 8.0),
    ]  # fmt: skip
    assert series([1.0, nan]).last == (1.0, None)
    assert Series().last is None
    assert Series().at(3) is None


@given(st.lists(st.floats(-1e6, 1e6) | st.none(), min_size=1, max_size=100), st.floats(0, 0.999))
def test_smoothing_is_the_weighted_mean_of_what_came_before(values: list[float | None], weight: float) -> None:
    smooth = series(values).smoothed(weight)
    seen: list[float] = []
    for step, value in enumerate(values):
        if value is None:
            assert smooth.at(step) == (step, None)
            continue
        seen.append(value)
        weights = [weight ** (len(seen) - 1 - index) for index in range(len(seen))]
        mean = math.fsum(w * v for w, v in zip(weights, seen, strict=True)) / math.fsum(weights)
        found = smooth.at(step)
        assert found is not None
        assert found[1] == pytest.approx(mean, rel=1e-6, abs=1e-6)


def test_the_first_smoothed_value_is_the_first_value() -> None:
    """Without the correction it would be a tenth of it."""
    bounds = series([2.0, 2.0, 2.0]).smoothed(0.9).bounds()
    assert bounds
    assert list(bounds) == pytest.approx([2.0, 2.0])


def test_smoothing_goes_on_where_it_ended() -> None:
    made = series([1.0, 2.0])
    smooth = made.smoothed(0.6)
    made.extend([2, 3], [5.0, None])
    assert made.smoothed(0.6) is smooth
    assert len(smooth) == 4
    assert smooth.window(0, 9, 99) == series([1.0, 2.0, 5.0, None]).smoothed(0.6).window(0, 9, 99)
    assert made.smoothed(0.0).window(0, 9, 99) == made.window(0, 9, 99)


@pytest.mark.parametrize("weight", [-0.1, 1.0, nan])
def test_a_weight_that_is_none_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="at least 0 and below 1"):
        series([1.0]).smoothed(weight)
