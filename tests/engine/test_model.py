from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, get_args

import pytest
import torch
from torch import nn

from dltui.engine import model
from dltui.engine.model import TooLarge, build, module
from dltui.lesson import layout
from dltui.lesson.datasets import DATASETS
from dltui.lesson.layers import (
    AnyLayer,
    AvgPool2d,
    BatchNorm,
    Conv2d,
    ConvTranspose2d,
    Dropout,
    Elu,
    Embedding,
    Flatten,
    Gelu,
    GlobalAvgPool,
    GlobalMaxPool,
    Gru,
    LayerNorm,
    LeakyRelu,
    Linear,
    Lstm,
    MaxPool2d,
    Noise,
    Relu,
    Repeat,
    Reshape,
    Residual,
    Rnn,
    Sample,
    Sigmoid,
    Silu,
    Softmax,
    Softplus,
    Tanh,
    Upsample,
)
from dltui.lesson.records import Experiment

CPU = torch.device("cpu")
LAYERS: list[tuple[AnyLayer, tuple[int, ...]]] = [
    (Linear(out=3), (5,)), (Linear(out=3, bias=False), (5,)),
    (Conv2d(out=4, kernel=3, stride=2, padding=1, dilation=2), (2, 9, 8)),
    (Conv2d(out=4, kernel=1, bias=False), (2, 3, 3)),
    (MaxPool2d(kernel=2), (3, 8, 7)), (MaxPool2d(kernel=3, stride=1), (3, 8, 8)),
    (AvgPool2d(kernel=2), (3, 8, 7)), (AvgPool2d(kernel=2, stride=3), (3, 8, 8)),
    (Flatten(), (3, 4, 4)), (Relu(), (4,)), (LeakyRelu(slope=0.2), (4,)), (Elu(alpha=0.5), (4,)), (Tanh(), (4,)),
    (Sigmoid(), (4,)), (Dropout(p=0.3), (4,)), (BatchNorm(), (4,)), (BatchNorm(), (3, 4, 4)), (LayerNorm(), (4,)),
    (Conv2d(out=4, kernel=3, padding=2, padding_mode="circular", init="he"), (2, 5, 6)),
    (ConvTranspose2d(out=3, kernel=4, stride=2, padding=1), (2, 4, 5)), (Upsample(mode="bilinear"), (2, 4, 5)),
    (GlobalAvgPool(), (2, 4, 5)), (GlobalMaxPool(), (2, 4, 5)), (Reshape(shape=[2, 10]), (4, 5)),
    (Reshape(shape=[2, 2]), (4,)), (Rnn(out=3, init="identity"), (6, 5)), (Lstm(out=3, last=True), (6, 5)),
    (Gru(out=3, init="orthogonal"), (6, 5)), (Linear(out=3), (6, 5)), (Sample(), (6,)), (Noise(), (6,)),
    (Softplus(), (4,)), (Gelu(), (4,)), (Silu(), (4,)), (Softmax(), (4,)),
    (Residual(layers=[Linear(out=3), Relu(), Linear(out=4)]), (4,)),
]  # fmt: skip


def test_every_layer_of_the_lessons_is_tried_here() -> None:
    assert {type(layer) for layer, _ in LAYERS} | {Embedding, Repeat} == set(get_args(AnyLayer))


@pytest.mark.parametrize(("layer", "inputs"), LAYERS, ids=lambda value: type(value).__name__)
def test_what_the_layout_works_out_is_what_torch_makes(layer: AnyLayer, inputs: tuple[int, ...]) -> None:
    made = module(layer, inputs)
    (expected,) = layout.infer([layer], inputs)
    assert tuple(made(torch.rand(5, *inputs)).shape[1:]) == expected.outputs
    assert sum(parameter.numel() for parameter in made.parameters()) == expected.parameters


def test_settings_of_layers_arrive() -> None:
    x = torch.tensor([[-1.0, 2.0]])
    assert module(LeakyRelu(slope=0.2), (2,))(x).tolist() == [[pytest.approx(-0.2), 2.0]]
    assert module(Elu(alpha=0.5), (2,))(x)[0, 0].item() == pytest.approx(0.5 * (2.718281828**-1 - 1))
    dropout = module(Dropout(p=0.3), (2,))
    assert isinstance(dropout, nn.Dropout) and dropout.p == 0.3


def weights(kind: Any, inputs: int = 400, out: int = 300) -> nn.Linear:
    torch.manual_seed(0)
    made = module(Linear(out=out, init=kind), (inputs,))
    assert isinstance(made, nn.Linear)
    return made


def test_initialisations() -> None:
    assert not weights("zeros").weight.any() and not weights("zeros").bias.any()
    assert set(weights("constant").weight.unique().tolist() + weights("constant").bias.unique().tolist()) == {0.5}
    assert weights("normal").weight.std().item() == pytest.approx(1, rel=0.02)
    assert weights("xavier").weight.std().item() == pytest.approx((2 / 700) ** 0.5, rel=0.02)
    assert weights("he").weight.std().item() == pytest.approx((2 / 400) ** 0.5, rel=0.02)
    assert not weights("he").bias.any()
    torch.manual_seed(0)
    assert torch.equal(nn.Linear(400, 300).weight, weights("default").weight)


def test_a_seed_fixes_the_weights_and_leaves_the_global_generator_alone(xor: Callable[..., Experiment]) -> None:
    torch.manual_seed(1)
    before = torch.get_rng_state()
    one = build(xor(), DATASETS["xor"], 7, CPU)
    assert torch.equal(torch.get_rng_state(), before)
    torch.rand(3)
    two, other = build(xor(), DATASETS["xor"], 7, CPU), build(xor(), DATASETS["xor"], 8, CPU)
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), two.parameters(), strict=True))
    first, second = next(one.parameters()), next(other.parameters())
    assert not torch.equal(first, second)
    torch.manual_seed(7)
    assert torch.equal(first, nn.Linear(2, 8).weight)


def test_five_terabytes_are_refused_before_anything_is_allocated(
    xor: Callable[..., Experiment], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "free_bytes", lambda device: 21_000_000_000)
    huge = xor(model=[Linear(out=563_000), Linear(out=563_000), Linear(out=2)])
    began = time.process_time()
    with pytest.raises(TooLarge) as caught:
        build(huge, DATASETS["xor"], 0, CPU)
    assert str(caught.value) == "this model needs 5.1 TB; this machine has 21 GB free"
    assert time.process_time() - began < 1


def test_the_true_memory_of_this_machine_refuses_it_too(xor: Callable[..., Experiment]) -> None:
    with pytest.raises(TooLarge, match="needs 74 EB; this machine has [0-9]"):
        build(xor(model=[Linear(out=2**31 - 1), Linear(out=2**31 - 1), Linear(out=2)]), DATASETS["xor"], 0, CPU)


def test_sixty_percent_of_the_free_memory_are_there_to_be_used(
    xor: Callable[..., Experiment], monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = xor(model=[Linear(out=2000), Linear(out=1000), Linear(out=2)])
    needed = layout.bytes_needed(wide.model, (2,), 4)
    monkeypatch.setattr(model, "free_bytes", lambda device: needed / 0.6 + 1)
    build(wide, DATASETS["xor"], 0, CPU)
    monkeypatch.setattr(model, "free_bytes", lambda device: needed / 0.6 - 1)
    with pytest.raises(TooLarge):
        build(wide, DATASETS["xor"], 0, CPU)
    build(xor(), DATASETS["xor"], 0, CPU)  # so little is there, and nobody asks
    monkeypatch.setattr(model, "free_bytes", lambda device: None)
    build(wide, DATASETS["xor"], 0, CPU)
