from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dltui.explore.numerals import factor, many, number, summed, tex, vector
from dltui.plot import formula


@pytest.mark.parametrize(("value", "text"), [
    (0.0, "0"), (-0.0, "0"), (1.0, "1"), (-2.5, "-2.5"), (4.39444915, "4.394"), (1234567.0, "1.235e6"),
    (-1.5e-7, "-1.5e-7"), (4e-16, "0"),
])  # fmt: skip
def test_numbers_as_people_read_them(value: float, text: str) -> None:
    assert number(value) == text


def test_formulas_show_powers_of_ten_and_bracket_what_is_negative() -> None:
    assert tex(1.2e-7) == r"1.2 \cdot 10^{-7}"
    assert factor(-2) == "(-2)"
    assert factor(2) == "2"
    assert factor(-1e-15) == "0"


def test_sums_take_away_what_is_negative() -> None:
    assert summed([(-1.5, 2.0), (-0.5, -1.0)], 3) == r"-1.5 \cdot 2 - 0.5 \cdot (-1) + 3"
    assert summed([(0.0, 1.0)], -1e-15) == r"0 \cdot 1 + 0"


def test_vectors_stay_whole_where_they_are() -> None:
    assert vector((1.0, -1.0)) == "(1, -1)"
    assert vector((-1.99008, -0.0001)) == "(-1.990, 0.000)"


def test_one_is_singular() -> None:
    assert [many(count, "point") for count in (0, 1, 2)] == ["0 points", "1 point", "2 points"]


@settings(deadline=None)
@given(st.floats(-1e6, 1e6))
def test_four_digits_are_kept_and_every_formula_can_be_set(value: float) -> None:
    assert float(number(value)) == pytest.approx(value, rel=1e-3, abs=1e-12)
    assert formula.check(factor(value)) is None
