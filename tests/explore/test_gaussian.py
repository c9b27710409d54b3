from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.distributions import Normal, kl_divergence

from dltui.explore.gaussian import density, divergence, sample, slopes_of_square

NUMBER = st.floats(-3, 3)
CODES = st.lists(st.tuples(NUMBER, NUMBER, NUMBER), min_size=1, max_size=6)


@settings(deadline=None)
@given(CODES)
def test_the_divergence_is_that_of_torch(codes: list[tuple[float, float, float]]) -> None:
    mean, logvar, _ = np.array(codes).T
    own = Normal(torch.tensor(mean), torch.tensor(logvar).mul(0.5).exp())
    wanted = kl_divergence(own, Normal(torch.zeros(len(mean)), torch.ones(len(mean)))).sum().item()
    assert divergence(mean, logvar) == pytest.approx(wanted, rel=1e-6, abs=1e-6)


@settings(deadline=None)
@given(CODES)
def test_a_sample_and_its_slopes_are_those_of_torch(codes: list[tuple[float, float, float]]) -> None:
    mean, logvar, noise = np.array(codes).T
    m, v = torch.tensor(mean[0], requires_grad=True), torch.tensor(logvar[0], requires_grad=True)
    z = m + torch.exp(v / 2) * torch.tensor(noise)
    (z**2).mean().backward()
    assert sample(mean[:1], logvar[:1], noise) == pytest.approx(z.detach().numpy(), rel=1e-6, abs=1e-6)
    assert m.grad is not None and v.grad is not None
    wanted = (m.grad.item(), v.grad.item())
    assert slopes_of_square(mean[0], logvar[0], noise) == pytest.approx(wanted, rel=1e-6, abs=1e-6)


@settings(deadline=None)
@given(NUMBER, NUMBER)
def test_the_density_is_that_of_torch(mean: float, logvar: float) -> None:
    deviation = math.exp(logvar / 2)
    z = np.linspace(-5, 5, 31)
    wanted = Normal(mean, deviation).log_prob(torch.tensor(z)).exp().numpy()
    assert density(z, mean, deviation) == pytest.approx(wanted, rel=1e-6, abs=1e-6)


def test_known_divergences() -> None:
    assert divergence(np.zeros(2), np.zeros(2)) == 0
    assert divergence(np.array([2.0]), np.zeros(1)) == 2
    assert divergence(np.array([1.0]), np.array([math.log(0.25)])) == pytest.approx(0.8181, abs=5e-5)
