from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dltui.explore.linear_autoencoder import Linear, angle, cosine, error, gradients

SIZES = st.tuples(st.integers(1, 4), st.integers(4, 9), st.integers(0, 99))


def case(sizes: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Encoder, decoder and centred rows."""
    size, inputs, seed = sizes
    random = np.random.default_rng(seed)
    rows = random.normal(0, 1, (30, inputs)) @ random.normal(0, 1, (inputs, inputs))
    return random.normal(0, 1, (size, inputs)), random.normal(0, 1, (inputs, size)), rows - rows.mean(axis=0)


@settings(deadline=None)
@given(SIZES)
def test_error_and_gradients_are_those_of_torch(sizes: tuple[int, int, int]) -> None:
    encoder, decoder, rows = case(sizes)
    covariance = rows.T @ rows / len(rows)
    e, d = (torch.tensor(one, requires_grad=True) for one in (encoder, decoder))
    x = torch.tensor(rows)
    loss = ((x - x @ e.T @ d.T) ** 2).mean()
    loss.backward()
    assert error(encoder, decoder, covariance) == pytest.approx(loss.item(), rel=1e-6)
    by_encoder, by_decoder = gradients(encoder, decoder, covariance)
    assert e.grad is not None and d.grad is not None
    assert by_encoder == pytest.approx(e.grad.numpy(), rel=1e-6, abs=1e-6)
    assert by_decoder == pytest.approx(d.grad.numpy(), rel=1e-6, abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(SIZES, st.integers(1, 5), st.floats(1e-4, 0.1))
def test_steps_are_those_of_torch(sizes: tuple[int, int, int], steps: int, rate: float) -> None:
    _, _, rows = case(sizes)
    size, inputs, seed = sizes
    net = Linear.drawn(size, inputs, seed)
    e, d = (torch.tensor(one, requires_grad=True) for one in (net.encoder, net.decoder))
    x, adam = torch.tensor(rows), torch.optim.Adam([e, d], lr=rate)
    for _ in range(steps):
        adam.zero_grad()
        ((x - x @ e.T @ d.T) ** 2).mean().backward()
        adam.step()
    net = net.trained(rows.T @ rows / len(rows), steps, rate)
    assert net.steps == steps
    assert net.encoder == pytest.approx(e.detach().numpy(), rel=1e-6, abs=1e-6)
    assert net.decoder == pytest.approx(d.detach().numpy(), rel=1e-6, abs=1e-6)


@settings(deadline=None)
@given(SIZES)
def test_least_squares_never_makes_it_worse_nor_better_than_the_principal_axes(sizes: tuple[int, int, int]) -> None:
    _, _, rows = case(sizes)
    size, inputs, seed = sizes
    covariance = rows.T @ rows / len(rows)
    net = Linear.drawn(size, inputs, seed)
    for _ in range(3):
        better = net.solved(covariance)
        assert better.error(covariance) <= net.error(covariance) * (1 + 1e-9) + 1e-12
        net = better
    least = np.linalg.eigvalsh(covariance)[: inputs - size].sum() / inputs
    assert net.error(covariance) >= least * (1 - 1e-9) - 1e-12


@settings(deadline=None)
@given(SIZES)
def test_a_mixed_code_is_another_code_for_the_same_function(sizes: tuple[int, int, int]) -> None:
    size, inputs, seed = sizes
    net = Linear.drawn(size, inputs, seed)
    mixed = net.mixed(seed)
    assert mixed.decoder @ mixed.encoder == pytest.approx(net.decoder @ net.encoder)
    assert not np.allclose(mixed.decoder, net.decoder)


@settings(deadline=None)
@given(st.floats(0, 90))
def test_the_angle_between_two_lines(degrees: float) -> None:
    turned = np.array([[np.cos(np.radians(degrees))], [np.sin(np.radians(degrees))], [0]])
    assert angle(3 * turned, np.array([[1.0], [0.0], [0.0]])) == pytest.approx(degrees, abs=1e-5)


def test_the_angle_is_the_largest_one_and_does_not_mind_the_basis() -> None:
    plane = np.array([[1.0, 1.0], [1.0, -1.0], [0.0, 0.0]])
    axes = np.eye(3)[:, :2]
    assert angle(plane, axes) == pytest.approx(0, abs=1e-6)
    assert angle(np.eye(3)[:, 1:], axes) == pytest.approx(90)


def test_cosines() -> None:
    assert cosine(np.array([1.0, 0.0]), np.array([1.0, 1.0])) == pytest.approx(0.5**0.5)
    assert cosine(np.zeros(2), np.ones(2)) == 0
