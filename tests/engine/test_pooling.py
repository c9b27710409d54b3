"""Faster, and not a bit different."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from dltui.engine.pooling import FEW, Halved, MaxPool2d


def both(x: Tensor, *sizes: int) -> list[tuple[Tensor, Tensor]]:
    """What comes out of PyTorch's and of ours, and the gradient by the input."""
    found = []
    for layer in (nn.MaxPool2d(*sizes), MaxPool2d(*sizes)):
        leaf = x.clone().requires_grad_()
        out = layer(leaf)
        weights = torch.arange(out.numel(), dtype=x.dtype).view_as(out) - 7
        found.append((out.detach(), torch.autograd.grad(out, leaf, weights)[0]))
    return found


@given(rows=st.integers(20, 40), height=st.integers(14, 19), width=st.integers(14, 19), levels=st.integers(1, 50),
       seed=st.integers(0, 100))  # fmt: skip
@settings(max_examples=30, deadline=None)
def test_it_is_max_pooling_ties_included(rows: int, height: int, width: int, levels: int, seed: int) -> None:
    draw = torch.Generator().manual_seed(seed)
    x = torch.randint(-levels, levels, (rows, 3, height, width), generator=draw).float()
    assert x.numel() > FEW
    (plain, plain_grad), (ours, ours_grad) = both(x, 2)
    assert torch.equal(plain, ours)
    assert torch.equal(plain_grad, ours_grad)


@pytest.mark.parametrize("sizes", [(3,), (2, 1), (3, 2)])
def test_other_windows_are_pytorchs(sizes: tuple[int, ...]) -> None:
    (plain, plain_grad), (ours, ours_grad) = both(torch.randn(20, 4, 15, 15), *sizes)
    assert torch.equal(plain, ours)
    assert torch.equal(plain_grad, ours_grad)


def test_what_is_no_number_is_seen() -> None:
    x = torch.zeros(20, 4, 16, 16)
    x[3, 1, 5, 5] = float("nan")
    assert MaxPool2d(2)(x).isnan().nonzero().tolist() == [[3, 1, 2, 2]]


def test_finite_differences_agree() -> None:
    x = torch.randperm(2 * 4 * 6).double().view(1, 2, 4, 6).requires_grad_()
    assert torch.autograd.gradcheck(Halved.apply, (x,), eps=1e-3)
