from __future__ import annotations

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dltui.plot.bars import bar, signed_bar, sparkline


@pytest.mark.parametrize(("value", "text"), [
    (0, "    "), (1, "████"), (0.5, "██  "), (0.53, "██▏ "), (1e-9, "▏   "), (-3, "    "), (7, "████"), (nan, "    "),
])
def test_bars(value: float, text: str) -> None:
    assert bar(value, 4) == text


def test_ascii_bars() -> None:
    assert bar(0.5, 4, ascii=True) == "##  "
    assert bar(0.01, 4, ascii=True) == "#   "
    assert signed_bar(-0.5, 9, ascii=True) == "  ##|    "


@pytest.mark.parametrize(("value", "text"), [
    (0, "   │   "), (1, "   │███"), (-1, "███│   "), (-0.5, " ▐█│   "), (0.5, "   │█▌ "), (-1e-9, "  ▐│   "),
    (nan, "   │   "), (-inf, "███│   "),
])
def test_signed_bars(value: float, text: str) -> None:
    assert signed_bar(value, 7) == text


def test_sparklines() -> None:
    assert sparkline([1, 2, 3, 4, 5, 6, 7, 8], 8) == "▁▂▃▄▅▆▇█"
    assert sparkline([0, 0, 10, 10], 2) == "▁█"
    assert sparkline([3, 3, 3], 5) == "▁▁▁"
    assert sparkline([0, None, nan, inf, 1], 5) == "▁   █"
    assert sparkline([None], 5) == " " and sparkline([], 5) == "" and sparkline([1], 0) == ""
    assert sparkline([0, 1, 2, 3, 4, 5], 6, ascii=True) == "_.-=*#"


@given(st.lists(st.none() | st.floats(), max_size=40), st.floats(), st.integers(-2, 12))
def test_any_values_fit_their_width(values: list[float | None], value: float, width: int) -> None:
    assert len(sparkline(values, width)) <= max(0, width)
    assert len(bar(value, width)) == len(signed_bar(value, width)) == max(0, width)
