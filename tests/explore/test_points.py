from __future__ import annotations

import numpy as np
import pytest

from dltui.explore.logistic_fit import Fit
from dltui.explore.points import gauss2, hours, notebook50, xor


def test_notebook50_is_the_classical_sequence() -> None:
    points = notebook50()
    assert points.x.shape == (50, 2)
    assert points.y.tolist() == [1] * 25 + [0] * 25
    # RandomState(4): the first 25 normal numbers are the first coordinates, the next 25 the second ones
    legacy = np.random.RandomState(4)
    first = legacy.normal(-1, 1, 25)
    second = legacy.normal(-1, 1, 25)
    assert points.x[:25, 0].tolist() == first.tolist()
    assert points.x[:25, 1].tolist() == second.tolist()
    assert points.x[0, 0] == pytest.approx(-0.94943825)


def test_a_generator_that_is_handed_in_moves_on() -> None:
    generator = np.random.RandomState(4)
    first, second = notebook50(generator), notebook50(generator)
    assert first.x.tolist() == notebook50().x.tolist() != second.x.tolist()


def test_gauss2_draws_class_one_first() -> None:
    points = gauss2(3)
    assert points.signs.tolist() == [1] * 25 + [-1] * 25
    assert np.abs(points.x[:25].mean() + 1.5) < 0.3 < np.abs(points.x[25:].mean())
    assert gauss2(3).x.tolist() == points.x.tolist() != gauss2(4).x.tolist()


def test_xor_has_its_four_corners() -> None:
    assert [(*x, y) for x, y in zip(xor().x.tolist(), xor().y.tolist(), strict=True)] == [
        (0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0),
    ]


def test_arrays_are_read_only() -> None:
    for points in (notebook50(), gauss2(), xor(), hours()):
        with pytest.raises(ValueError, match="read-only"):
            points.x[0] = 0
        with pytest.raises(ValueError, match="read-only"):
            points.y[0] = 0


def test_the_usual_students_are_decided_near_five_hours() -> None:
    points = hours()
    assert points.x.shape == (40, 1)
    assert points.x.min() >= 0 <= points.x.max() <= 10
    b, w = Fit(points.x[:, 0], points.y.astype(float)).best
    assert -b / w == pytest.approx(5, abs=0.05)


@pytest.mark.parametrize("seed", range(0, 100, 7))
def test_students_of_every_seed_overlap(seed: int) -> None:
    points = hours(seed)
    x, y = points.x[:, 0], points.y
    assert x[y == 1].min() < x[y == 0].max()
    b, w = Fit(x, y.astype(float)).best
    assert 0.3 < w < 4 and 3.5 < -b / w < 6.5
