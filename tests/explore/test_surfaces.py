from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dltui.explore.surfaces import SURFACES


@pytest.mark.parametrize("name", SURFACES)
@settings(max_examples=40, deadline=None)
@given(x=st.floats(-5, 5), y=st.floats(-5, 5))
def test_gradients_agree_with_torch(name: str, x: float, y: float) -> None:
    shown = SURFACES[name]
    place = torch.tensor([x, y], dtype=torch.float64, requires_grad=True)
    value = shown.value(place[0], place[1])
    found, = torch.autograd.grad(value, place)
    assert shown.value(x, y) == pytest.approx(float(value.detach()))
    assert shown.gradient(x, y) == pytest.approx(found.tolist(), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", SURFACES)
def test_the_lowest_places(name: str) -> None:
    shown = SURFACES[name]
    x, y = np.meshgrid(np.linspace(*shown.x, 201), np.linspace(*shown.y, 201))
    assert float(shown.value(x, 0 * y if shown.flat else y).min()) >= shown.floor - 1e-9
    for place in shown.minima:
        assert shown.value(*place) == pytest.approx(shown.floor)
        assert shown.gradient(*place) == pytest.approx((0.0, 0.0), abs=1e-6)


@pytest.mark.parametrize("name", [each.name for each in SURFACES.values() if any(each.bends)])
def test_curvatures(name: str) -> None:
    shown = SURFACES[name]
    along, across = shown.gradient(1.0, 1.0)
    assert (along, across) == shown.bends


@pytest.mark.parametrize("name", SURFACES)
def test_starts_and_rates_are_on_the_map(name: str) -> None:
    shown = SURFACES[name]
    usual, highest, step = shown.lr
    assert shown.x[0] < shown.start[0] < shown.x[1] and step <= usual < highest
    height = shown.value(*shown.start) if shown.flat else shown.start[1]
    assert shown.y[0] < height < shown.y[1]
