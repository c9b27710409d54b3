from __future__ import annotations

from math import inf, isfinite, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dltui.plot.axes import LEAST, NOTHING, SLIMMEST, Axis, around, number, steps_axis, values_axis

any_float = st.floats()


def texts(axis: Axis, most: int) -> list[str]:
    return [tick.text for tick in axis.ticks(most)]


@given(any_float, any_float, st.booleans())
def test_any_limits_become_limits_to_draw_with(low: float, high: float, log: bool) -> None:
    axis = around(low, high, log)
    assert isfinite(axis.low) and isfinite(axis.high) and axis.low < axis.high
    if log:
        assert axis.low >= LEAST / 10
    else:
        assert axis.high / 2 - axis.low / 2 >= 0.4 * SLIMMEST * max(abs(axis.low), abs(axis.high))


@given(any_float, any_float, st.booleans(), st.integers(0, 30))
def test_ticks_are_few_in_order_and_inside(low: float, high: float, log: bool, most: int) -> None:
    for axis in (around(low, high, log), values_axis(low, high, log)):
        ticks = axis.ticks(most)
        assert len(ticks) <= most
        assert [tick.value for tick in ticks] == sorted(tick.value for tick in ticks)
        assert all(-1e-3 <= axis.share(tick.value) <= 1 + 1e-3 for tick in ticks)
        assert len({tick.text for tick in ticks}) == len(ticks)
        assert all(len(tick.text) <= 16 and tick.text.isascii() for tick in ticks)


@given(any_float, any_float, any_float, st.booleans())
def test_places_are_finite(low: float, high: float, value: float, log: bool) -> None:
    if value == value:
        assert isfinite(around(low, high, log).share(value))


def test_texts_have_equally_many_decimals() -> None:
    assert texts(Axis(0, 2), 6) == ["0.0", "0.5", "1.0", "1.5", "2.0"]
    assert texts(Axis(0, 400), 5) == ["0", "100", "200", "300", "400"]
    assert texts(Axis(-1, 1), 3) == ["-1", "0", "1"]
    assert texts(Axis(-0.2, 0.2), 3) == ["-0.2", "0.0", "0.2"]
    assert texts(Axis(0, 4e6), 5) == ["0", "1e6", "2e6", "3e6", "4e6"]
    assert texts(Axis(0, 5e-7), 3) == ["0", "2e-7", "4e-7"]
    assert texts(Axis(1.00001e8, 1.00003e8), 3) == ["1.00001e8", "1.00002e8", "1.00003e8"]


def test_logarithmic_ticks() -> None:
    assert texts(Axis(1e-4, 1, True), 6) == ["1e-4", "1e-3", "0.01", "0.1", "1"]
    assert texts(Axis(1e-12, 1, True), 5) == ["1e-12", "1e-9", "1e-6", "1e-3", "1"]
    assert texts(Axis(0.1, 10, True), 9) == ["0.1", "0.2", "0.5", "1", "2", "5", "10"]
    assert texts(Axis(2, 6, True), 4) == ["2", "4", "6"]


def test_logarithmic_ticks_are_plain_numbers_where_these_are_short() -> None:
    assert texts(Axis(1, 1e5, True), 6) == ["1", "10", "100", "1000", "1e4", "1e5"]
    assert texts(Axis(1e-3, 0.1, True), 9) == ["1e-3", "2e-3", "5e-3", "0.01", "0.02", "0.05", "0.1"]


def test_ticks_of_whole_numbers() -> None:
    assert [tick.text for tick in Axis(0, 2).ticks(6, whole=True)] == ["0", "1", "2"]
    assert [tick.text for tick in Axis(0, 400).ticks(5, whole=True)] == ["0", "100", "200", "300", "400"]


@pytest.mark.parametrize(("axis", "value", "text"), [
    (Axis(0, 2000), 1865, "1865"), (Axis(0, 400), 105.0, "105"), (Axis(0, 1), 0.123456, "0.12"), (Axis(0, 1), 0, "0"),
    (Axis(0, 1e-4), 1.23456e-5, "1.2e-5"), (Axis(1e-12, 1, True), 8.3e-6, "8e-6"), (Axis(1, 10, True), 3.1428, "3.1"),
    (Axis(0, 1e9), 123_456_789, "1.2e8"), (Axis(-1, 1), -0.5, "-0.5"),
])
def test_positions_have_the_figures_that_columns_can_tell(axis: Axis, value: float, text: str) -> None:
    assert axis.position(value, 50) == text


@given(any_float, any_float, st.booleans(), any_float, st.integers(0, 200))
def test_positions_are_short(low: float, high: float, log: bool, value: float, columns: int) -> None:
    assert len(around(low, high, log).position(value, columns)) <= 12


def test_shares() -> None:
    assert Axis(0, 4).share(1) == 0.25
    assert Axis(1e-4, 1, True).share(1e-2) == pytest.approx(0.5)
    assert Axis(1e-4, 1, True).share(-3) == Axis(1e-4, 1, True).share(LEAST)
    assert Axis(-1e300, 1e300).share(0) == 0.5
    assert Axis(0, 1).share(inf) == 1e6


def test_values_get_round_limits_and_small_positive_ones_start_at_zero() -> None:
    assert values_axis(0.13, 2.31) == Axis(0, 3)
    assert values_axis(95, 100.5) == Axis(80, 110)
    assert values_axis(-0.3, 0.4) == Axis(-0.4, 0.4)
    assert values_axis(0.002, 3, log=True) == Axis(1e-3, 10, True)


def test_logarithmic_values_say_that_some_are_not_shown_where_they_are() -> None:
    assert values_axis(0.0, 1.0, log=True).clamped
    assert values_axis(0.0, 1.0, log=True).low == LEAST
    assert not values_axis(0.1, 1.0, log=True).clamped
    assert not values_axis(-1.0, 1.0).clamped


@pytest.mark.parametrize("log", [False, True])
def test_no_values_one_value_and_equal_values(log: bool) -> None:
    assert values_axis(*NOTHING, log=log) in (Axis(0, 1), Axis(1e-3, 1, True))
    for value in (2.0, 1e300, 1e-300, 0.0, -5.0):
        axis = values_axis(value, value, log=log)
        assert axis.low < axis.high
        if value > LEAST or not log:
            assert 0 <= axis.share(value) <= 1


def test_limits_stay_while_the_data_fit_and_change_when_they_do_not() -> None:
    first = values_axis(0.5, 2.3)
    assert values_axis(0.1, 2.2, old=first) is first
    assert values_axis(0.1, 3.1, old=first) != first
    assert values_axis(0.01, 0.3, old=first) != first  # a tenth of it: too small to see
    assert values_axis(0.5, 2.3, log=True, old=first).log
    assert values_axis(*NOTHING, old=first) is first


def test_a_falling_loss_moves_the_limits_seldom() -> None:
    axis, moves = None, 0
    for step in range(400):
        new = values_axis(2.3 * 0.99**step, 2.3, old=axis)
        moves += new != axis
        axis = new
    assert moves <= 6
    axis, moves = None, 0
    for step in range(400):
        new = values_axis(2.3 * 0.96**step, 2.3, log=True, old=axis)
        moves += new != axis
        axis = new
    assert moves <= 9  # once per power of ten


def test_step_limits_double() -> None:
    assert [steps_axis(last).high for last in (0, 128, 129, 1000)] == [128, 128, 256, 1024]
    assert steps_axis(50, steps_axis(1000)).high == 1024
    assert steps_axis(inf).high >= 1e300
    assert steps_axis(nan).high == 128


@pytest.mark.parametrize(("value", "text"), [
    (2.3012, "2.301"), (0.14249, "0.142"), (23.456, "23.46"), (234.56, "234.6"), (9.9996, "10.00"), (2345.6, "2346"),
    (99999.9, "1.0e5"), (4.1e-8, "4.1e-8"), (0.0009994, "1.0e-3"), (0.001, "0.001"), (0, "0"), (-0.5, "-0.500"),
    (nan, "not a number"), (inf, "infinite"), (-inf, "-infinite"),
])
def test_numbers(value: float, text: str) -> None:
    assert number(value) == text
