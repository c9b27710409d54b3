from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional

from dltui.explore.activation import Activation
from dltui.explore.bends import BENDS, PLAIN, SHADED
from dltui.explore.explorer import SettingError
from dltui.scene import Heat, Mark

TORCH = {
    "sigmoid": lambda z, alpha: torch.sigmoid(z),
    "tanh": lambda z, alpha: torch.tanh(z),
    "relu": lambda z, alpha: functional.relu(z),
    "leaky_relu": lambda z, alpha: functional.leaky_relu(z, alpha),
    "elu": lambda z, alpha: functional.elu(z, alpha),
    "gelu": lambda z, alpha: functional.gelu(z),
}
numbers = st.lists(st.floats(-30, 30), min_size=1, max_size=6)


def facts(explorer: Activation) -> dict[str, str]:
    return {fact.label: fact.value for fact in explorer.facts()}


def test_there_is_a_twin_for_each() -> None:
    assert set(TORCH) == set(BENDS)


@pytest.mark.parametrize("name", BENDS)
@settings(deadline=None, max_examples=40)
@given(numbers, st.floats(0, 2))
def test_values_and_slopes_are_torchs(name: str, given_z: list[float], alpha: float) -> None:
    z = torch.tensor([*given_z, 0.0], dtype=torch.float64, requires_grad=True)
    y: Tensor = TORCH[name](z, alpha)
    (slope,) = torch.autograd.grad(y.sum(), z)
    bend, at = BENDS[name], z.detach().numpy()
    assert bend.value(at, alpha) == pytest.approx(y.detach().numpy(), abs=1e-6)
    assert bend.slope(at, alpha) == pytest.approx(slope.numpy(), abs=1e-6)


def test_the_largest_slopes() -> None:
    z = np.linspace(-10, 10, 20001)
    for bend in BENDS.values():
        assert float(np.abs(bend.slope(z, 0.1)).max()) == pytest.approx(bend.steepest, abs=1e-3)


@pytest.mark.parametrize(("name", "alpha", "torchs", "difference"), [
    ("relu", 0.1, "0", "0.5"), ("leaky_relu", 0.1, "0.1", "0.55"), ("tanh", 0.1, "1", "0.9967"),
])  # fmt: skip
def test_at_zero(name: str, alpha: float, torchs: str, difference: str) -> None:
    explorer = Activation.start({"function": name, "alpha": alpha}).acted("zero")
    found = facts(explorer)
    assert found["slope there"] == torchs
    assert found["difference"] == f"{difference} with h = 0.1"
    assert ("from left, right" in found) == (name != "tanh")
    assert ("kink" in explorer.said()) == (name != "tanh")


def test_a_function_turned_on_at_its_kink_tells_of_it() -> None:
    explorer = Activation.start({"function": "relu", "z": 0.0}).changed("function", "leaky_relu")
    assert explorer.said() == "leaky_relu has a kink here: PyTorch takes 0.1, the difference takes the mean."
    assert explorer.changed("z", 1.0).changed("function", "relu").said() == "relu: values from 0 up, slope at most 1."


def test_little_is_not_nothing() -> None:
    assert facts(Activation.start({"z": 6.0}))["10 such slopes"] == "8.3e-27"
    assert facts(Activation.start({"function": "relu", "z": -6.0}))["10 such slopes"] == "0"


def test_elu_of_one_has_no_kink() -> None:
    found = facts(Activation.start({"function": "elu", "alpha": 1.0, "z": 0.0, "h": "0.001"}))
    assert found["from left, right"] == "1, 1"
    assert float(found["difference"].split()[0]) == pytest.approx(1, abs=1e-3)


def test_what_is_saturated_is_shaded_and_said() -> None:
    explorer = Activation.start({"function": "sigmoid"}).acted("right")
    assert "Saturated" in explorer.said()
    shade = next(item for item in explorer.scenes()[0].items if isinstance(item, Heat))
    assert shade.rows[0][0] == shade.rows[0][-1] == SHADED
    assert shade.rows[0][24] == PLAIN
    assert "Saturated" not in explorer.changed("z", 1.0).said()


def test_marks_stand_on_the_curves() -> None:
    explorer = Activation.start({"function": "tanh", "z": 1.0})
    heights = [item.y for scene in explorer.scenes() for item in scene.items if isinstance(item, Mark)]
    assert heights == pytest.approx([np.tanh(1), 1 - np.tanh(1) ** 2])


def test_alpha_is_said_to_do_nothing_where_it_does_nothing() -> None:
    explorer = Activation.start({"function": "relu"})
    assert "has none" in explorer.changed("alpha", 0.5).said()
    assert "slope to the left" in explorer.changed("function", "leaky_relu").changed("alpha", 0.5).said()


@pytest.mark.parametrize(("given_settings", "message"), [
    ({"function": "rleu"}, "did you mean 'relu'"), ({"z": 7}, "z lies between -6 and 6"),
    ({"alpha": "much"}, "alpha is a number"), ({"h": "0.5"}, "no h '0.5'; there is 1, 0.1"),
])  # fmt: skip
def test_bad_settings_are_told(given_settings: dict[str, object], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        Activation.start(given_settings)
