"""What is written out is what autograd finds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional

from dltui.engine import objective
from dltui.engine.backprop import LOSSES, Backprop, Dense, activation

MODELS, ROWS, INPUTS, HIDDEN, OUTPUTS = 3, 5, 4, 6, 3
ACTIVATIONS = (nn.ReLU(), nn.LeakyReLU(0.2), nn.LeakyReLU(-0.5), nn.ELU(0.7), nn.Tanh(), nn.Sigmoid())
WANTED: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "cross_entropy": functional.cross_entropy,
    "binary_cross_entropy": functional.binary_cross_entropy_with_logits,
    "mse": functional.mse_loss,
    "perceptron": objective.perceptron,
}


def dense(inputs: int, outputs: int, bias: bool, draw: torch.Generator) -> Dense:
    weight = torch.randn(MODELS, outputs, inputs, generator=draw, dtype=torch.float64)
    row = torch.randn(MODELS, outputs, generator=draw, dtype=torch.float64) if bias else None
    return Dense(weight, row, torch.full_like(weight, 7.0), None if row is None else torch.full_like(row, 7.0))


def by_autograd(
    layers: list[Dense], between: nn.Module, loss: str, x: Tensor, y: Tensor
) -> tuple[Tensor, list[Tensor]]:
    """Loss of each model, gradients by weights and biases."""
    leaves, losses = [], []
    values = [[part.clone().requires_grad_() for part in (layer.weight, layer.bias) if part is not None]
              for layer in layers]  # fmt: skip
    for model in range(MODELS):
        out = x[model]
        for place, parts in enumerate(values):
            out = functional.linear(between(out) if place else out, *[part[model] for part in parts])
        losses.append(WANTED[loss](out, y[model]))
    leaves = [part for parts in values for part in parts]
    return torch.stack(losses).detach(), list(torch.autograd.grad(torch.stack(losses).sum(), leaves))


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("between", ACTIVATIONS, ids=str)
@given(seed=st.integers(0, 10_000), bias=st.booleans(), common=st.booleans())
@settings(max_examples=8, deadline=None)
def test_losses_and_gradients_are_those_of_autograd(
    loss: str, between: nn.Module, seed: int, bias: bool, common: bool
) -> None:
    draw = torch.Generator().manual_seed(seed)
    layers = [dense(INPUTS, HIDDEN, bias, draw), dense(HIDDEN, OUTPUTS, bias, draw)]
    x = torch.randn(1 if common else MODELS, ROWS, INPUTS, generator=draw, dtype=torch.float64)
    shape = (len(x), ROWS) if loss == "cross_entropy" else (len(x), ROWS, OUTPUTS)
    y = torch.randint(0, OUTPUTS if loss == "cross_entropy" else 2, shape, generator=draw)
    if loss != "cross_entropy":
        y = y.double() * 2 - 1 if loss == "perceptron" else y.double()
    x = x.expand(MODELS, -1, -1)
    found = Backprop([layers[0], activation(between), layers[1]], LOSSES[loss]).losses(x, y[0] if common else y)
    losses, grads = by_autograd(layers, between, loss, x, y.expand(MODELS, *shape[1:]))
    torch.testing.assert_close(found, losses)
    written = [grad for layer in layers for grad in (layer.weight_grad, layer.bias_grad) if grad is not None]
    for one, wanted in zip(written, grads, strict=True):
        torch.testing.assert_close(one, wanted)


def test_an_activation_may_come_first() -> None:
    layer = dense(2, 2, True, torch.Generator().manual_seed(0))
    x = torch.tensor([[[1.0, -2.0]]], dtype=torch.float64).expand(MODELS, -1, -1)
    Backprop([activation(nn.ReLU()), layer], LOSSES["mse"]).losses(x, torch.zeros(1, 2, dtype=torch.float64))
    assert (layer.weight_grad[:, :, 1] == 0).all()
    assert (layer.weight_grad[:, :, 0] != 0).all()


def test_what_is_not_written_out_is_refused() -> None:
    with pytest.raises(ValueError, match="GELU"):
        activation(nn.GELU())
