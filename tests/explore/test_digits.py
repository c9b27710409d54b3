from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dltui.engine.data import make
from dltui.explore.digits import PIXELS, digits, held_out_errors, permutation, principal
from dltui.explore.strip import strip, strips
from dltui.scene import Heat, Label


@settings(deadline=None)
@given(st.integers(1, 3000), st.integers(0, 2**31 - 1))
def test_the_permutation_is_that_of_torch(count: int, seed: int) -> None:
    wanted = torch.randperm(count, generator=torch.Generator().manual_seed(seed))
    assert permutation(count, seed).tolist() == wanted.tolist()


def test_the_rows_are_those_that_experiments_train_on() -> None:
    data = make("digits", 0)
    assert data.test_x is not None and data.test_y is not None
    assert digits().train == pytest.approx(data.train_x.reshape(-1, PIXELS))
    assert digits().test == pytest.approx(data.test_x.reshape(-1, PIXELS))
    assert digits().labels.tolist() == data.test_y.tolist()


def test_the_axes_are_those_of_a_singular_value_decomposition() -> None:
    axes, rows = principal(), torch.from_numpy(digits().train)
    _, values, found = torch.linalg.svd(rows - rows.mean(0), full_matrices=False)
    assert axes.variances == pytest.approx((values**2 / len(rows)).numpy(), abs=1e-9)
    for place in range(20):  # the last ones belong to pixels that are nearly always black, and may be any
        assert abs(float(axes.columns[:, place] @ found[place].numpy())) == pytest.approx(1)
    assert axes.columns.T @ axes.columns == pytest.approx(np.eye(PIXELS), abs=1e-9)


def test_errors_of_held_out_digits() -> None:
    axes, x = principal(), digits().test - principal().mean
    for size in (0, 1, 8, 40):
        some = axes.columns[:, :size]
        assert held_out_errors()[size] == pytest.approx(float(((x - x @ some @ some.T) ** 2).mean()))
    assert held_out_errors()[8] == pytest.approx(0.0250, abs=5e-5)
    assert held_out_errors()[PIXELS] == 0


def test_pictures_stand_side_by_side_under_their_names() -> None:
    one, other = np.arange(64.0), -np.arange(64.0)
    scene = strip([("one", one), ("other", other)], "two")
    heat = scene.items[0]
    assert isinstance(heat, Heat) and scene.x == (0, 18) and scene.y == (0, 10)
    rows = np.array(heat.rows)
    assert rows.shape == (10, 18)
    assert rows[2:, :8].tolist() == one.reshape(8, 8).tolist()
    assert rows[2:, 10:].tolist() == other.reshape(8, 8).tolist()
    assert np.isnan(rows[:2]).all() and np.isnan(rows[:, 8:10]).all()
    assert [(item.x, item.text) for item in scene.items if isinstance(item, Label)] == [(0.5, "one"), (10.5, "other")]


def test_lines_of_pictures_stand_below_one_another() -> None:
    scene = strips([[("a", np.zeros(64))], [("b", np.ones(64)), ("c", np.ones(64))]], "")
    heat = scene.items[0]
    assert isinstance(heat, Heat)
    rows = np.array(heat.rows)
    assert rows.shape == (20, 18) and (rows[2:10, :8] == 0).all() and (rows[12:, 10:] == 1).all()
    assert [item.y for item in scene.items if isinstance(item, Label)] == [19, 9, 9]
