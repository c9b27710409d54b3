from __future__ import annotations

from math import isnan

from hypothesis import given
from hypothesis import strategies as st

from dltui.journal.events import Snapshot
from dltui.journal.line import decode, encode
from dltui.journal.picture import NOT_FINITE, TOP, Picture


def test_levels_are_numbers_again() -> None:
    picture = Picture(rows=2, columns=2, levels=bytes([0, TOP, TOP // 2, NOT_FINITE]), low=-1.0, high=1.0)
    (first, second), (third, nothing) = picture.lines()
    assert (first, second, third) == (-1, 1, 0)
    assert isnan(nothing)


@given(st.binary(max_size=40), st.integers(-3, 9), st.integers(-3, 9))
def test_damaged_pictures_have_the_size_they_claim(levels: bytes, rows: int, columns: int) -> None:
    lines = Picture(rows=rows, columns=columns, levels=levels, low=0.0, high=1.0).lines()
    assert len(lines) == (max(0, rows) if columns > 0 else 0)
    assert all(len(line) == columns for line in lines)


def test_a_picture_that_claims_to_be_huge_is_none() -> None:
    assert Picture(rows=10**6, columns=10**6, levels=b"", low=0.0, high=1.0).lines() == []


def test_a_snapshot_survives_its_line() -> None:
    picture = Picture(rows=1, columns=3, levels=bytes([0, 7, 255]), low=0.0, high=1.0, ramp="classes", name="a")
    taken = Snapshot(n=1, t=1.0, step=4, view="mistakes", pictures=[picture], note="1 of 2 wrong")
    assert decode(encode(taken, 1, 1.0)) == taken
