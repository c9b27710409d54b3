from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from dltui.explore.explorer import SettingError
from dltui.explore.unit import FUNCTIONS, OneUnit, inputs, targets
from dltui.scene import Mark

TORCH = {
    "relu": lambda z: functional.relu(z),
    "leaky_relu": lambda z: functional.leaky_relu(z, 0.1),
    "elu": lambda z: functional.elu(z, 0.1),
    "sigmoid": lambda z: torch.sigmoid(z),
    "tanh": lambda z: torch.tanh(z),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@settings(deadline=None, max_examples=30)
@given(st.floats(-12, 12), st.floats(-12, 12), st.floats(0.1, 0.5))
def test_loss_gradient_and_step_are_torchs(name: str, w: float, b: float, eta: float) -> None:
    unit = OneUnit.start({"function": name, "w": w, "b": b, "eta": eta})
    weights = torch.tensor([w, b], dtype=torch.float64, requires_grad=True)
    x, t = torch.from_numpy(inputs()), torch.from_numpy(targets())
    loss = functional.mse_loss(TORCH[name](weights[0] * x + weights[1]), t) / 2
    (gradient,) = torch.autograd.grad(loss, weights)
    assert unit.loss == pytest.approx(float(loss.detach()), abs=1e-6)
    assert unit.gradient == pytest.approx(gradient.tolist(), abs=1e-6)
    after = unit.acted("step")
    expected = (weights - eta * gradient).clamp(-12, 12)
    assert (after.w, after.b) == pytest.approx(expected.tolist(), abs=1e-6)


def test_a_dead_unit_stays_dead() -> None:
    unit = OneUnit.start({"b": -3.0})
    assert unit.awake == 0
    after = unit.acted("steps")
    assert (after.w, after.b) == (1.0, -3.0)
    assert "Dead" in after.said()


def test_a_leaky_one_comes_back() -> None:
    after = OneUnit.start({"function": "leaky_relu", "b": -3.0}).acted("steps").acted("steps")
    assert after.loss < 0.03
    assert "Dead" not in after.said()


def test_a_saturated_one_creeps() -> None:
    after = OneUnit.start({"function": "sigmoid", "b": -8.0}).acted("steps")
    assert 0 < after.b + 8 < 0.1
    assert "creeps" in after.said()


def test_two_long_steps_kill() -> None:
    once = OneUnit.start({"eta": 5.0}).acted("step")
    assert once.awake == 12
    assert once.acted("step").awake == 0


def test_sleepers_are_ringed() -> None:
    scene = OneUnit.start({}).scenes()[0]
    marks = [item for item in scene.items if isinstance(item, Mark)]
    assert len(marks) == 12
    assert sum(mark.ring for mark in marks) == 6


@pytest.mark.parametrize(("given_settings", "message"), [
    ({"function": "gelu"}, "no function 'gelu'"), ({"eta": 1e9}, "eta lies between 0.1 and 20"),
    ({"b": [1]}, "b is a number"),
])  # fmt: skip
def test_bad_settings_are_told(given_settings: dict[str, object], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        OneUnit.start(given_settings)
