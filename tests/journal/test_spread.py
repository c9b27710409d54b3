from __future__ import annotations

from statistics import mean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dltui.journal.series import Series
from dltui.journal.spread import Spread, moments


def series(*values: float | None) -> Series:
    made = Series()
    made.extend(range(1, len(values) + 1), values)
    return made


def test_mean_and_band() -> None:
    spread = Spread()
    spread.follow([series(1, 2), series(3, 2)], [False, False])
    assert [spread.mean[0], spread.mean[1]] == [(1, 2.0), (2, 2.0)]
    assert spread.high[0] == (1, pytest.approx(2 + 2**0.5))
    assert spread.low[0] == (1, pytest.approx(2 - 2**0.5))
    assert spread.low[1] == spread.high[1] == (2, 2.0)


def test_it_waits_for_runs_that_are_behind_and_not_for_those_that_ended() -> None:
    spread, fast, slow = Spread(), series(1, 1, 1), series(3)
    spread.follow([fast, slow], [True, True])
    assert len(spread.mean) == 1
    spread.follow([fast, slow], [True, False])
    assert [spread.mean[place][1] for place in range(3)] == [2.0, 1.0, 1.0]


def test_gaps_do_not_count() -> None:
    spread = Spread()
    spread.follow([series(1, None, None), series(3, 5, None)], [False, False])
    assert [spread.mean[place][1] for place in range(3)] == [2.0, 5.0, None]


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=9))
def test_moments_are_those_of_the_library(values: list[float]) -> None:
    found, deviation = moments(values)
    assert found == pytest.approx(mean(values), abs=1e-6)
    assert deviation == pytest.approx(stdev(values), rel=1e-6, abs=1e-5)


@given(st.lists(st.lists(st.floats(-10, 10), min_size=1, max_size=20), min_size=1, max_size=4), st.integers(0, 20))
def test_bit_by_bit_or_at_once(rows: list[list[float]], cut: int) -> None:
    whole, growing = Spread(), Spread()
    whole.follow([series(*row) for row in rows], [False] * len(rows))
    growing.follow([series(*row[:cut]) for row in rows], [len(row) > cut for row in rows])
    growing.follow([series(*row) for row in rows], [False] * len(rows))
    assert [growing.mean[place] for place in range(len(growing.mean))] == [
        whole.mean[place] for place in range(len(whole.mean))
    ]
