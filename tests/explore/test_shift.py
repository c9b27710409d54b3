"""Equivariance in numbers, against PyTorch: maps move along, pools of part of a window do not."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from dltui.explore.convolution_slide import FILTERS
from dltui.explore.drag_nets import moved
from dltui.explore.explorer import SettingError
from dltui.explore.shift import KERNELS, KINDS, MARGIN, POOLS, Shift
from dltui.plot.formula import line

near = st.integers(1 - MARGIN, MARGIN - 1)
states = st.builds(
    lambda picture, right, down, kernel, pool, kind: Shift.start(
        {"picture": picture, "right": right, "down": down, "filter": kernel, "pool": pool, "kind": kind}),
    st.integers(0, 499), near, near, st.sampled_from(KERNELS), st.sampled_from(tuple(POOLS)), st.sampled_from(KINDS),
)


@settings(max_examples=30, deadline=None)
@given(states)
def test_map_and_pool_are_those_of_torch(state: Shift) -> None:
    x = torch.from_numpy(state.here)[None, None]
    weights = torch.tensor(FILTERS[state.filter], dtype=torch.float64)[None, None]
    map_ = functional.relu(functional.conv2d(x, weights, padding=1))
    np.testing.assert_allclose(state.map(state.here), map_[0, 0].numpy(), atol=1e-6)
    pool = functional.max_pool2d if state.kind == "max" else functional.avg_pool2d
    pooled = pool(map_, POOLS[state.pool])[0, 0]
    np.testing.assert_allclose(state.pooled(state.map(state.here)), pooled.numpy(), atol=1e-6)


@settings(max_examples=30, deadline=None)
@given(states)
def test_a_map_moves_along_and_the_whole_pool_stays(state: Shift) -> None:
    before, after = state.map(state.home), state.map(state.here)
    np.testing.assert_array_equal(after, moved(before, state.down, state.right))
    k = POOLS[state.pool]
    if state.pool == "all of it":
        np.testing.assert_allclose(state.pooled(after), state.pooled(before), atol=1e-12)
    elif not state.down % k and not state.right % k:
        along = moved(state.pooled(before), state.down // k, state.right // k)
        np.testing.assert_allclose(state.pooled(after), along, atol=1e-12)


def fact(state: Shift, label: str) -> str:
    return next(each.value for each in state.facts() if each.label == label)


def test_what_is_told_is_what_is_shown() -> None:
    one = Shift.start({"right": 1})
    assert "part of a window" in one.said() and fact(one, "map, moved along") == "0 %"
    assert float(fact(one, "pool, in place").split()[0]) > 30
    two = one.changed("right", 2)
    assert "whole windows" in two.said() and fact(two, "pool, moved along") == "0 %"
    whole = one.changed("pool", "all of it")
    assert "largest value over all of it has not changed" in whole.said() and fact(whole, "pool, in place") == "0 %"
    assert "the border" in one.changed("right", MARGIN).said()
    assert one.acted("home").right == 0 and one.acted("next").picture == 1
    assert [len(scene.items) for scene in one.scenes()] == [4, 4]
    assert [len(scene.items) for scene in one.changed("pool", "none").scenes()] == [3, 3]


@pytest.mark.parametrize("pool", POOLS)
def test_facts_fit_a_narrow_pane(pool: str) -> None:
    for each in Shift.start({"right": -3, "down": 2, "pool": pool}).facts():
        assert len(each.label) <= 16 and len(each.value) <= 40 and len(line(each.tex)) <= 30


@pytest.mark.parametrize(("settings", "message"), [
    ({"right": 7}, "right lies between -6 and 6"), ({"pool": "3×3"}, "no pool"), ({"filter": "mean 2"}, "no filter"),
    ({"picture": 500}, "picture lies between 0 and 499"), ({"kind": "sum"}, "no kind"),
])  # fmt: skip
def test_bad_settings_are_sentences(settings: dict[str, object], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        Shift.start(settings)
