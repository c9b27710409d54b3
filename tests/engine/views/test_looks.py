"""What the pictures show is what the model computes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from dltui.engine.assembly import Assembly, assemble
from dltui.engine.views.recurrent import unrolled
from dltui.engine.views.subject import number, picture, small
from dltui.journal.events import Snapshot
from dltui.lesson.layers import Conv2d, Flatten, Linear, Lstm, MaxPool2d, Relu, Rnn, Tanh
from dltui.lesson.records import Experiment, Optimizer

Make = Callable[..., Experiment]


def look(experiment: Experiment, steps: int = 0) -> tuple[Assembly, dict[str, Snapshot]]:
    assembly = assemble(experiment, "cpu")
    assembly.session.advance(steps, lambda: False)
    return assembly, {taken.view: taken for taken in assembly.windows.snapshots(assembly.session)}


def tensor(taken: Snapshot, place: int = 0) -> Tensor:
    return torch.tensor(taken.pictures[place].lines())


def test_parameters_of_one_unit_are_w_and_b(xor: Make) -> None:
    _, seen = look(xor(model=[Linear(out=1)], loss="binary_cross_entropy", show=["parameters"]))
    assert seen["parameters"].names == ["w1", "w2", "b"]
    _, seen = look(xor(data="hours", model=[Linear(out=1)], loss="binary_cross_entropy", show=["parameters"]))
    assert seen["parameters"].names == ["w", "b"]


def test_parameters_of_more_units_have_layer_and_place(xor: Make) -> None:
    assembly, seen = look(xor(model=[Linear(out=2), Tanh(), Linear(out=2)], show=["parameters"]))
    taken = seen["parameters"]
    assert taken.names[:6] == ["W1[0,0]", "W1[0,1]", "W1[1,0]", "W1[1,1]", "b1[0]", "b1[1]"]
    assert taken.names[-1] == "b2[1]"
    weight = assembly.session.model[0].weight.detach()
    assert isinstance(weight, Tensor)
    assert taken.values[1] == pytest.approx(float(weight[0, 1]), rel=1e-3)
    _, seen = look(xor(model=[Linear(out=50), Linear(out=2)], show=["parameters"]))
    assert len(seen["parameters"].names) == len(seen["parameters"].values) == 64


def test_gradients_are_those_of_backward(xor: Make) -> None:
    assembly, seen = look(xor(show=["gradients"]), steps=3)
    session, taken = assembly.session, seen["gradients"]
    assert taken.names == ["1 linear 2→8", "2 linear 8→2"]
    assert not session.flat.grads.any()
    x, y = session.batches.first(4)
    session.objective.loss(session.model(x), y).backward()
    for place, norm in zip((0, 2), taken.values, strict=True):
        layer = session.model[place]
        squares = [each.grad.square().sum() for each in layer.parameters() if each.grad is not None]
        assert norm == pytest.approx(float(sum(squares)) ** 0.5, rel=1e-2)


def test_filters_are_the_kernels(digits: Make) -> None:
    assembly, seen = look(digits(show=["filters"]))
    weight = assembly.session.model[0].weight.detach()
    assert isinstance(weight, Tensor)
    assert len(seen["filters"].pictures) == 4
    end = float(weight.abs().max())
    assert torch.allclose(tensor(seen["filters"], 2), weight[2, 0], atol=end / 254 + 1e-4)


def test_a_layer_that_sees_pixels_is_shown_as_pictures(digits: Make) -> None:
    assembly, seen = look(digits(model=[Flatten(), Linear(out=10)], show=["filters"]))
    weight = assembly.session.model[1].weight.detach()
    assert isinstance(weight, Tensor)
    assert len(seen["filters"].pictures) == 10
    assert torch.allclose(tensor(seen["filters"], 3), weight[3].view(8, 8), atol=0.01)


def test_features_end_every_block_of_equal_maps(digits: Make) -> None:
    layers = [Conv2d(out=3, kernel=3), Relu(), MaxPool2d(kernel=2), Conv2d(out=5, kernel=2), Flatten(), Linear(out=10)]
    assembly, seen = look(digits(model=layers, show=["features"]))
    groups = [each.group for each in seen["features"].pictures]
    assert groups == ["the picture"] + 3 * ["conv + relu 3×6×6"] + 3 * ["max pool 3×3×3"] + 5 * ["conv 5×2×2"]
    x = torch.from_numpy(assembly.data.test_x[:1])
    assert torch.allclose(tensor(seen["features"]), x[0, 0], atol=1 / 254)
    maps = assembly.session.model[:2](x)[0].detach()
    assert torch.allclose(tensor(seen["features"], 2), maps[1], atol=float(maps.max()) / 200)


def test_mistakes_tell_label_answer_and_probability(digits: Make) -> None:
    assembly, seen = look(digits(show=["mistakes", "confusion"]), steps=30)
    x = torch.from_numpy(assembly.data.test_x)
    y = torch.from_numpy(assembly.data.test_y)
    shares = assembly.session.outputs(x).softmax(1)
    sure, taken = shares.max(1)
    wrong = (taken != y).nonzero()[:, 0]
    surest = wrong[sure[wrong].argmax()]
    first = seen["mistakes"].pictures[0]
    assert first.name == f"{int(y[surest])}→{int(taken[surest])} {float(sure[surest]):.2f}".replace(" 0.", " .")
    assert torch.allclose(tensor(seen["mistakes"]), x[surest, 0], atol=1 / 254)
    assert seen["mistakes"].note.startswith(f"{len(wrong)} of 500 wrong")
    counts = torch.tensor(seen["confusion"].values).view(10, 10)
    assert counts.sum() == 500
    assert counts.trace() == 500 - len(wrong)
    assert counts.sum(1).tolist() == torch.bincount(y, minlength=10).tolist()


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
def test_a_layer_unrolled_gives_what_torch_gives(kind: type[nn.RNNBase]) -> None:
    torch.manual_seed(0)
    layer = kind(3, 5, batch_first=True)
    x = torch.randn(2, 7, 3)
    states, _ = layer(x)
    assert torch.allclose(torch.stack(unrolled(layer, x)["h"], 1), states, atol=1e-6)


def recurrent(layer: Lstm | Rnn, **fields: Any) -> Experiment:
    given: dict[str, Any] = {"id": "a", "title": "A", "data": "adding10", "model": [layer, Linear(out=1)],
                             "loss": "mse", "optimizer": Optimizer(kind="sgd", lr=0.01), "steps": 1, "batch": 8}
    return Experiment(**(given | fields))


def test_an_open_forget_gate_is_bright() -> None:
    _, seen = look(recurrent(Lstm(out=4, last=True, forget_bias=8.0), show=["gates"]))
    by_name = {each.name: torch.tensor(each.lines()) for each in seen["gates"].pictures}
    assert by_name["forget gate f"].shape == (4, 10)
    assert by_name["forget gate f"].min() > 0.99
    assert by_name["input gate i"].max() < 0.95
    assert by_name["input x"].shape == (2, 10)


def test_the_gradient_of_a_small_recurrent_net_vanishes_backwards_and_an_open_gate_keeps_it() -> None:
    _, seen = look(recurrent(Rnn(out=4, last=True), show=["recall"]))
    values = [value or 0.0 for value in seen["recall"].values]
    assert len(values) == 10
    assert 0 < values[0] < 0.01 * values[-1]
    _, kept = look(recurrent(Lstm(out=4, last=True, forget_bias=8.0), show=["recall"]))
    assert (kept["recall"].values[0] or 0.0) > 10 * values[0]


def test_pictures_are_rounded_to_half_a_level_and_nan_is_kept() -> None:
    values = torch.tensor([[0.0, 0.5, 1.0], [float("nan"), -3.0, 7.0]])
    (a, b, c), (nothing, low, high) = picture(values, 0.0, 1.0).lines()
    assert (a, b, c, low, high) == (0, 0.5, 1, 0, 1)
    assert nothing != nothing


def test_numbers_are_short() -> None:
    assert number(0.123456789) == 0.1235
    assert number(-123456.0, 3) == -123000
    assert number(float("inf")) is None
    assert str(number(-0.0)) == "0.0"


def test_large_pictures_are_halved() -> None:
    assert small(torch.ones(2, 3, 28, 28)).shape == (2, 14, 14)
    assert small(torch.ones(2, 1, 16, 16)).shape == (2, 16, 16)
