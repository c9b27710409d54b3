"""Replay of layers beside the linear ones gives what calls one by one give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from test_replay import agree, probe_of
from torch import Tensor, nn
from torch.nn import functional as F

from dltui.gradcheck import check

D = torch.float64


def vae(x: Tensor, noise: bool = True) -> Tensor:
    mean, log_variance = x.chunk(2, dim=-1)
    return mean + torch.randn_like(mean) * torch.exp(0.5 * log_variance.clamp(-3, 3))


OPERATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "softmax": lambda x: torch.softmax(x, -1),
    "softmax of the first": lambda x: F.softmax(x, dim=0),
    "log softmax": lambda x: F.log_softmax(x, dim=1),
    "layer norm": lambda x: F.layer_norm(x, x.shape[-1:]),
    "layer norm of all": lambda x: F.layer_norm(x, x.shape),
    "batch norm": lambda x: F.batch_norm(x, torch.ones(x.shape[1], dtype=D), 2 * torch.ones(x.shape[1], dtype=D)),
    "dropout": lambda x: F.dropout(x, 0.4),
    "dropout in evaluation": lambda x: F.dropout(x, 0.4, training=False),
    "noise": vae,
    "split": lambda x: x.split(1, 1)[0].tanh(),
    "sum of rows": lambda x: x.sum(0) * 2,
    "mean of columns": lambda x: torch.mean(x, dim=1, keepdim=True),
    "largest": lambda x: x.amax(dim=1),
    "least of all": lambda x: torch.amin(x) + x,
    "negative": lambda x: (-x).neg().view_as(torch.zeros(x.shape)),
    "power": lambda x: x.clamp(min=0.1).log() + x**2 + (x * x + 1).sqrt(),
}


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(OPERATIONS)), st.integers(1, 4), st.integers(1, 3), st.booleans())
def test_an_operation_between_layers(name: str, rows: int, half: int, behind: bool) -> None:
    torch.manual_seed(rows)
    operation, width = OPERATIONS[name], 2 * half
    x, w, b = torch.randn(rows, 3, dtype=D), torch.randn(width, 3, dtype=D), torch.randn(width, dtype=D)

    def function(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        result = operation(torch.tanh(F.linear(x, w, b)))
        return result.tanh().sum() if behind else result

    assert all(agree(probe_of(function, (x, w, b))))


IMAGE = torch.linspace(-1, 1, 2 * 3 * 4 * 4, dtype=D).view(2, 3, 4, 4).sin()
WORDS = torch.tensor([[0, 2, 2], [1, 0, 3]])
LAYERS: list[tuple[Callable[[], nn.Module], Tensor]] = [
    (lambda: nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 2, 2)), IMAGE),
    (lambda: nn.Sequential(nn.Linear(4, 6), nn.LayerNorm(6), nn.GELU(), nn.Linear(6, 2)), IMAGE),
    (lambda: nn.Sequential(nn.Embedding(5, 4), nn.Linear(4, 3), nn.Tanh(), nn.LayerNorm(3)), WORDS),
    (lambda: nn.Sequential(nn.Linear(4, 5), nn.Dropout(0.5), nn.ReLU(), nn.Linear(5, 2)), IMAGE),
]


@pytest.mark.parametrize(("make", "x"), LAYERS)
def test_all_parameters_of_layers(make: Callable[[], nn.Module], x: Tensor) -> None:
    net = make().double()
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()
            nn.init.uniform_(module.weight)
            nn.init.uniform_(module.running_mean)
    probe = probe_of(net, (x,))
    probe.frozen.rewind()
    assert all(agree(probe))
    assert check(net, (x,)).ok


def test_an_input_of_a_transposed_convolution() -> None:
    w = torch.randn(3, 2, 3, 3, dtype=D)
    assert all(agree(probe_of(lambda x: F.conv_transpose2d(torch.tanh(x), w, stride=2), (IMAGE,))))


class Off(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        return x.clone()

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        return 1.01 * gradient


def test_a_wrong_gradient_behind_dropout_is_found() -> None:
    off: Any = Off.apply
    net = nn.Sequential(nn.Linear(4, 5), nn.Dropout(0.5), nn.Linear(5, 2)).double()
    assert check(lambda x: net(x), (IMAGE[0, 0],)).ok
    assert check(lambda x: off(net(x)), (IMAGE[0, 0],)).verdict == "wrong"
