from __future__ import annotations

import torch
from torch import nn

from dltui.engine.flat import ALIGNMENT, flatten


def test_the_model_computes_the_same_and_shares_its_memory() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 2))
    x = torch.randn(4, 3)
    before = model(x)
    flat = flatten(model)
    assert torch.equal(model(x), before)
    flat.values.zero_()
    assert torch.equal(model(x), torch.zeros(4, 2))


def test_backward_adds_into_the_one_buffer_of_gradients() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 2))
    x = torch.randn(4, 3)
    plain = torch.autograd.grad(model(x).square().sum(), list(model.parameters()))
    flat = flatten(model)
    model(x).square().sum().backward()
    for grad, named in zip(plain, flat.named(flat.grads).values(), strict=True):
        assert torch.equal(grad, named)
    flat.grads.zero_()
    assert all(parameter.grad is not None and not parameter.grad.any() for parameter in model.parameters())


def test_parameters_start_at_aligned_places_and_gaps_are_zero() -> None:
    model = nn.Sequential(nn.Linear(3, 5), nn.Linear(5, 2))
    flat = flatten(model)
    assert [start % ALIGNMENT for start, _ in flat.places.values()] == [0, 0, 0, 0]
    assert int(flat.values.count_nonzero()) == sum(parameter.numel() for parameter in model.parameters())


def test_a_model_without_parameters_has_empty_buffers() -> None:
    assert flatten(nn.Sequential(nn.Tanh())).values.numel() == 0
