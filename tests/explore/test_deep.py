from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional

from dltui.explore.deep import DEEPEST, STARTS, DeepNet
from dltui.explore.deep_net import ACTIVATIONS, Activation, Deep, apart, bent, size, slope
from dltui.explore.explorer import Action, Explorer, SettingError
from dltui.plot.formula import line
from dltui.scene import Heat, Line, Mark

TORCH = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu}


def facts(explorer: Explorer) -> dict[str, str]:
    return {fact.label: fact.value for fact in explorer.facts()}


def enabled(explorer: Explorer) -> set[str]:
    return {action.name for action in explorer.actions() if action.enabled}


def by_torch(net: Deep, x: Tensor, end: Tensor) -> tuple[list[Tensor], list[Tensor], list[Tensor]]:
    """Values, gradients by values, gradients by weights."""
    weights = [torch.tensor(each, requires_grad=True) for each in net.weights]
    a = [x.requires_grad_()]
    for weight in weights:
        z = functional.linear(a[-1], weight) + net.bias
        z = functional.batch_norm(z, None, None, training=True) if net.norm else z
        a.append(TORCH[net.activation](z) + (a[-1] if net.residual else 0.0))
    found = torch.autograd.grad((a[-1] * end).sum(), [*a, *weights])
    return [each.detach() for each in a], list(found[: len(a)]), list(found[len(a) :])


@settings(max_examples=40, deadline=None)
@given(
    n=st.integers(1, 6), rows=st.integers(4, 8), depth=st.integers(1, 8), activation=st.sampled_from(ACTIVATIONS),
    residual=st.booleans(), norm=st.booleans(), w=st.floats(0.1, 4), bias=st.floats(-2, 2), seed=st.integers(0, 999),
)  # fmt: skip
def test_it_agrees_with_torch(
    n: int, rows: int, depth: int, activation: Activation, residual: bool, norm: bool, w: float, bias: float, seed: int
) -> None:
    random = np.random.default_rng(seed)
    # Units that are the same for all rows: batch norm divides their rounding by the root of epsilon in each layer.
    depth = min(depth, 3) if norm else depth
    weights = [w / math.sqrt(n) * random.normal(size=(n, n)) for _ in range(depth)]
    net = Deep(weights, bias, activation, residual, norm)
    x, end = random.normal(size=(rows, n)), random.normal(size=(rows, n))
    found = net.passed(x, end)
    a, back, by_weight = by_torch(net, torch.tensor(x), torch.tensor(end))
    for mine, theirs in zip([*found.a, *found.back, *found.by_weight], [*a, *back, *by_weight], strict=True):
        assert mine == pytest.approx(theirs.numpy(), rel=1e-6, abs=1e-6 * max(1.0, float(theirs.abs().max())))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_slopes(activation: Activation) -> None:
    z = np.array([-700.0, -2.0, 0.0, 2.0, 700.0])
    there = torch.tensor(z, requires_grad=True)
    values = TORCH[activation](there)
    assert bent(activation, z) == pytest.approx(values.detach().numpy())
    assert slope(activation, z) == pytest.approx(torch.autograd.grad(values.sum(), there)[0].numpy())


def test_sizes() -> None:
    assert size(np.array([[3.0, 4.0]])) == pytest.approx(math.sqrt(12.5))
    assert apart(np.array([[1.0, 5.0], [1.0, 7.0]])) == pytest.approx(math.sqrt(0.5))


def test_a_chain_is_the_product_of_its_factors() -> None:
    explorer = DeepNet.start({"w": 1.3, "b": -0.4, "x": 0.7, "depth": 6, "residual": "on"})
    assert math.prod(explorer.factors) == pytest.approx(float(explorer.passed.back[0][0, 0]))


def test_four_times_a_quarter_is_one() -> None:
    even = DeepNet.start({"w": 4, "b": -2})
    assert facts(even)["factor"] == "1" and facts(even)["product so far"] == "1"
    assert "it arrives" in even.said()
    assert "vanished" in even.changed("b", 0).said()


def test_the_bound_of_the_sigmoid() -> None:
    for x in (-2.0, 0.0, 2.0):
        assert float(DeepNet.start({"x": x}).passed.back[0][0, 0]) <= 0.25**10


def test_the_way_back_layer_by_layer() -> None:
    explorer = DeepNet.start({"at": 3, "depth": 3})
    assert facts(explorer)["layer in hand"] == "3 of 3"
    assert enabled(explorer) == {"back", "all"}
    one = explorer.acted("back")
    assert facts(one)["layer in hand"] == "2 of 3"
    assert one.said().startswith("Back through layer 2: times")
    home = one.acted("back")
    assert home.at == 1 and home.acted("back") is home
    assert explorer.acted("all").passed.back[0] == pytest.approx(home.passed.back[0])
    assert home.acted("end").at == 3
    assert one.changed("depth", 1).at == 1


def test_a_relu_below_zero_sends_nothing_back() -> None:
    explorer = DeepNet.start({"activation": "relu", "x": -0.5, "depth": 4})
    assert "Not a bit" in explorer.said()
    assert "is off" in DeepNet.start({"activation": "relu", "x": -0.5, "at": 2}).acted("end").said()
    main, _ = explorer.scenes()
    assert all(math.isfinite(y) for item in main.items if isinstance(item, Line) for _, y in item.points)


@pytest.mark.parametrize(("activation", "start"), [("tanh", "Xavier"), ("relu", "He")])
def test_the_right_start_brings_the_gradient_home(activation: str, start: str) -> None:
    for seed in range(5):
        common = {"width": 32, "activation": activation, "depth": 20, "seed": seed}
        right = DeepNet.start({**common, "start": start}).passed
        wrong = DeepNet.start({**common, "start": "PyTorch"}).passed
        assert 0.02 < size(right.back[0]) / size(right.back[-1]) < 50
        assert size(wrong.back[0]) / size(wrong.back[-1]) < 1e-3


def test_batch_norm_and_residual_save_sigmoids() -> None:
    plain = {"width": "32", "depth": 30}
    assert "vanished" in DeepNet.start(plain).said()
    assert "it arrives" in DeepNet.start({**plain, "norm": "on"}).said()
    assert "it arrives" in DeepNet.start({**plain, "residual": "on"}).said()
    assert "it grows" in DeepNet.start({**plain, "norm": "on", "activation": "relu"}).said()


def test_starts() -> None:
    explorer = DeepNet.start({"width": "32"})
    for start, w in STARTS.items():
        assert explorer.changed("start", start).w == w
    assert next(each.value for each in explorer.changed("w", 2.5).controls() if each.name == "start") == "own"
    assert explorer.changed("w", 2.5).changed("start", "He").changed("start", "own").w == pytest.approx(math.sqrt(2))
    assert facts(explorer.changed("start", "He"))["spread of weights"] == "0.25"


def test_other_weights_are_drawn() -> None:
    explorer = DeepNet.start({"width": "32"})
    other = explorer.acted("draw")
    assert size(other.passed.a[-1]) != size(explorer.passed.a[-1])
    with pytest.raises(SettingError, match="no action 'draw'"):
        DeepNet.start({}).acted("draw")


@pytest.mark.parametrize("given_", [
    {"depth": 0}, {"depth": 99}, {"depth": 2.5}, {"activation": "softmax"}, {"w": "wide"}, {"w": math.inf}, {"at": 11},
    {"width": "7"}, {"norm": "on"}, {"start": "He"}, {"width": "32", "b": 1.0}, {"width": "32", "x": 1.0}, {"dept": 3},
    {"width": "32", "w": 1.0, "start": "He"}, {"residual": "maybe"}, {"w": -1},
])  # fmt: skip
def test_a_bad_setting_gives_a_sentence(given_: dict[str, object]) -> None:
    with pytest.raises(SettingError) as caught:
        DeepNet.start(given_)
    assert len(str(caught.value)) > 10


STATES: list[dict[str, object]] = [
    {}, {"at": 10}, {"w": 6.0, "depth": DEEPEST}, {"w": 0.0}, {"width": "32", "w": 0.0}, {"width": "32", "depth": 1},
    {"width": "32", "norm": "on", "residual": "on"},
    {"width": "32", "w": 6.0, "depth": DEEPEST, "activation": "relu"},
]


@pytest.mark.parametrize("given_", STATES)
def test_every_state_can_be_drawn_and_read(given_: dict[str, object]) -> None:
    explorer = DeepNet.start(given_)
    for control in explorer.controls():
        options = control.options if hasattr(control, "options") else (control.low, control.high)
        for state in [explorer, *(explorer.changed(control.name, option) for option in options)]:
            for scene in state.scenes():
                assert all(math.isfinite(each) for each in (*scene.x, *scene.y)) and scene.y[0] < scene.y[1]
                assert any(isinstance(item, Mark | Heat) for item in scene.items)
            for fact in state.facts():
                assert "nan" not in fact.value and "inf" not in fact.value
                assert not fact.tex or line(fact.tex)
            assert state.said().endswith(".")


def test_actions_have_keys_of_their_own() -> None:
    offered: list[Action] = list(DeepNet.start({"width": "32", "at": 5}).actions())
    assert len({each.key for each in offered}) == len(offered) == 4
