"""Held against a search over many directions and offsets, which can only find as many errors or more."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dltui.explore.points import gauss2, notebook50, xor
from dltui.explore.separation import fewest_errors, fewest_errors_through_origin

TURNS = np.stack([np.cos(t := np.linspace(0.0005, 2 * np.pi, 360, endpoint=False)), np.sin(t)])
SETS = st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3), st.sampled_from((-1, 1))), min_size=1, max_size=9)


def searched(x: np.ndarray, signs: np.ndarray, origin: bool) -> int:
    scores = x @ TURNS
    if origin:
        return int((scores * signs[:, None] <= 0).sum(axis=0).min())
    best = len(x)
    for column in scores.T:
        places = np.unique(column)
        cuts = [places[0] - 1, *(places[1:] + places[:-1]) / 2, places[-1] + 1]
        best = min(best, *(int(((column - cut) * signs <= 0).sum()) for cut in cuts))
    return best


@pytest.mark.parametrize(("name", "fewest", "origin"), [("notebook50", 3, 3), ("gauss2", 0, 0), ("xor", 1, 2)])
def test_known_sets(name: str, fewest: int, origin: int) -> None:
    points = {"notebook50": notebook50(), "gauss2": gauss2(), "xor": xor()}[name]
    assert fewest_errors(points.x, points.signs) == fewest
    assert fewest_errors_through_origin(points.x, points.signs) == origin


@settings(max_examples=40, deadline=None)
@given(SETS)
def test_no_search_finds_a_better_line_and_a_fine_one_finds_as_good(rows: list[tuple[int, int, int]]) -> None:
    x, signs = np.array([row[:2] for row in rows], dtype=float), np.array([row[2] for row in rows])
    # on a grid this small, a degree apart is near enough to every way of splitting the points
    assert fewest_errors(x, signs) == searched(x, signs, False)
    assert fewest_errors_through_origin(x, signs) == searched(x, signs, True)


def test_a_row_of_points_can_be_cut_once() -> None:
    x = np.array([[0.0, 0], [1, 1], [2, 2], [3, 3], [4, 4]])
    assert fewest_errors(x, np.array([1, 1, -1, -1, -1])) == 0
    assert fewest_errors(x, np.array([1, 1, -1, 1, 1])) == 1
    assert fewest_errors(x, np.array([1, -1, 1, -1, 1])) == 2


def test_points_in_one_place_cannot_be_parted() -> None:
    assert fewest_errors(np.zeros((3, 2)), np.array([1, 1, -1])) == 1
    x = np.array([[0.0, 0], [0, 0], [1, 0], [1, 0]])
    assert fewest_errors(x, np.array([1, -1, 1, -1])) == 2


def test_no_points_no_errors() -> None:
    assert fewest_errors(np.zeros((0, 2)), np.zeros(0, dtype=np.int64)) == 0
    assert fewest_errors_through_origin(np.zeros((0, 2)), np.zeros(0, dtype=np.int64)) == 0
