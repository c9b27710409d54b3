from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional

from dltui.explore.digits import digits
from dltui.explore.variational import Variational, entropy, held_out, held_out_losses, trained


@settings(deadline=None)
@given(st.integers(1, 5), st.integers(2, 6), st.integers(1, 3), st.integers(0, 99))
def test_it_computes_what_torch_computes(rows: int, pixels: int, code: int, seed: int) -> None:
    torch.manual_seed(seed)
    encoder = nn.Sequential(nn.Linear(pixels, 7), nn.ReLU(), nn.Linear(7, 2 * code)).double()
    decoder = nn.Sequential(nn.Linear(code, 7), nn.ReLU(), nn.Linear(7, pixels)).double()
    weights = [each.detach().numpy() for each in (*encoder.parameters(), *decoder.parameters())]
    pairs = list(zip(weights[::2], weights[1::2], strict=True))
    model = Variational((pairs[0], pairs[1]), (pairs[2], pairs[3]))
    x = torch.rand(rows, pixels, dtype=torch.float64)
    mean, logvar = encoder(x).chunk(2, dim=1)
    found = model.encoded(x.numpy())
    assert found[0] == pytest.approx(mean.detach().numpy()) and found[1] == pytest.approx(logvar.detach().numpy())
    logits = decoder(mean)
    assert model.decoded(found[0]) == pytest.approx(torch.sigmoid(logits).detach().numpy())
    lost = functional.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(1)
    given_ = [model.reconstruction(row, z) for row, z in zip(x.numpy(), found[0], strict=True)]
    assert given_ == pytest.approx(lost.tolist(), rel=1e-6)


def test_the_shipped_one_has_learned() -> None:
    lost, kl = held_out_losses()
    assert 20.5 < lost < 22.5 and 2.2 < kl < 2.8
    means, _ = held_out()
    away = ((means[:, None] - means[None]) ** 2).sum(axis=2) + 1e9 * np.eye(len(means))
    same = digits().labels[away.argmin(axis=1)] == digits().labels
    assert same.mean() > 0.6


@settings(deadline=None)
@given(st.lists(st.sampled_from([0.0, 1.0, 0.25, 0.5, 0.9]), min_size=1, max_size=8))
def test_no_reconstruction_costs_less_than_the_entropy(pixels: list[float]) -> None:
    row = np.array(pixels)
    best = functional.binary_cross_entropy(torch.tensor(row), torch.tensor(row), reduction="sum").item()
    assert entropy(row) == pytest.approx(best, abs=1e-9)


def test_the_shipped_one_stays_above_the_entropy() -> None:
    floors = [entropy(row) for row in digits().test]
    assert 13 < np.mean(floors) < 14
    means, _ = held_out()
    assert all(trained().reconstruction(digits().test[row], means[row]) > floors[row] for row in range(50))
