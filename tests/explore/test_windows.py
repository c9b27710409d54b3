"""Padding, correlation, pooling and their gradients, held against torch over random shapes and settings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dltui.explore import windows

TORCH = {"zeros": "constant", "reflect": "reflect", "replicate": "replicate", "circular": "circular"}
sizes = st.tuples(st.integers(1, 3), st.integers(3, 7), st.integers(3, 7))
seeds = st.integers(0, 10_000)


def drawn(shape: tuple[int, ...], seed: int) -> Any:
    return np.random.default_rng(seed).normal(size=shape)


@settings(max_examples=150, deadline=None)
@given(sizes, seeds, st.sampled_from(list(TORCH)), st.integers(0, 2), st.integers(1, 3), st.integers(1, 3),
       st.integers(1, 3))
def test_a_map_and_both_gradients_agree_with_torch(
    shape: tuple[int, int, int], seed: int, mode: str, padding: int, kernel: int, stride: int, dilation: int
) -> None:
    assume(dilation * (kernel - 1) + 1 <= min(shape[1:]) + 2 * padding)
    image, weights = drawn(shape, seed), drawn((shape[0], kernel, kernel), seed + 1)
    x, w = (torch.tensor(each[None], requires_grad=True) for each in (image, weights))
    around = F.pad(x, [padding] * 4, mode=TORCH[mode])
    expected = F.conv2d(around, w, stride=stride, dilation=dilation)[0, 0]
    around_here = windows.padded(image, padding, mode)
    found = windows.correlated(around_here, weights, stride, dilation)
    np.testing.assert_allclose(found, expected.detach().numpy(), atol=1e-9)

    back = drawn(found.shape, seed + 2)
    expected.backward(torch.tensor(back))
    dx = windows.image_gradient(back, weights, shape, padding, mode, stride, dilation)
    dw = windows.filter_gradient(back, around_here, kernel, stride, dilation)
    assert x.grad is not None and w.grad is not None
    np.testing.assert_allclose(dx, x.grad[0].numpy(), atol=1e-9)
    np.testing.assert_allclose(dw, w.grad[0].numpy(), atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(sizes, seeds, st.integers(0, 3))
def test_symmetric_padding_repeats_the_edge_and_reflect_does_not(
    shape: tuple[int, int, int], seed: int, padding: int
) -> None:
    image = drawn(shape, seed)
    if padding > min(shape[1:]):
        return
    found = windows.padded(image, padding, "symmetric")
    left = found[:, padding : padding + shape[1], :padding]
    assert (left == image[:, :, :padding][:, :, ::-1]).all()
    assert (found[:, padding : padding + shape[1], padding : padding + shape[2]] == image).all()


@settings(max_examples=100, deadline=None)
@given(st.tuples(st.integers(2, 6), st.integers(2, 6)), seeds, st.integers(1, 3), st.integers(1, 3),
       st.sampled_from(["max", "average"]), st.booleans())
def test_pooling_and_its_gradient_agree_with_torch_ties_too(
    shape: tuple[int, int], seed: int, kernel: int, stride: int, kind: str, tied: bool
) -> None:
    assume(kernel <= min(shape))
    image = drawn(shape, seed)
    if tied:
        image = np.round(image)
    x = torch.tensor(image[None, None], requires_grad=True)
    expected = (F.max_pool2d if kind == "max" else F.avg_pool2d)(x, kernel, stride)[0, 0]
    found = windows.pooled(image, kind, kernel, stride)
    np.testing.assert_allclose(found, expected.detach().numpy(), atol=1e-9)
    back = drawn(found.shape, seed + 1)
    expected.backward(torch.tensor(back))
    assert x.grad is not None
    dx = windows.pool_gradient(back, image, kind, kernel, stride)
    np.testing.assert_allclose(dx, x.grad[0, 0].numpy(), atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 2), min_size=4, max_size=4))
def test_split_ties_agree_with_amax(values: list[int]) -> None:
    image = np.array(values, dtype=float).reshape(2, 2)
    x = torch.tensor(image, requires_grad=True)
    x.amax().backward()
    assert x.grad is not None
    np.testing.assert_allclose(windows.shares(image, "max", "split"), x.grad.numpy(), atol=1e-12)


def test_a_window_that_does_not_fit_is_told_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="a kernel of 3 with dilation 3 spans 7 and does not fit into a size of 5"):
        windows.correlated(np.zeros((1, 5, 6)), np.zeros((1, 3, 3)), 1, 3)
    with pytest.raises(ValueError, match="does not fit"):
        windows.pooled(np.zeros((2, 2)), "max", 3, 1)
