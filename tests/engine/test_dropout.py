from __future__ import annotations

import pytest
import torch

from dltui.engine.dropout import FEW, Dropout


@pytest.mark.parametrize("p", [0.0, 0.2, 0.5, 0.99])
def test_the_share_that_is_dropped_and_the_scale_of_the_rest(p: float) -> None:
    torch.manual_seed(1)
    x = torch.ones(500, 803)
    y = Dropout(p)(x)
    assert float((y == 0).float().mean()) == pytest.approx(p, abs=0.005)
    assert float(y.mean()) == pytest.approx(1, abs=0.05)
    assert y[y != 0].unique().tolist() == pytest.approx([1 / (1 - p)], rel=1e-2)


def test_elements_are_dropped_independently() -> None:
    torch.manual_seed(2)
    zero = (Dropout(0.5)(torch.ones(400_000)) == 0).float() - 0.5
    for shift in (1, 2, 3, 4, 5, 8):
        assert abs(float((zero[:-shift] * zero[shift:]).mean())) < 0.002


def test_the_gradient_goes_where_the_values_went() -> None:
    x = torch.randn(100, 100, requires_grad=True)
    y = Dropout(0.3)(x)
    y.sum().backward()
    assert x.grad is not None
    assert torch.equal(x.grad == 0, y == 0)
    assert torch.allclose(x.grad * x, y)


def test_equal_seeds_drop_the_same() -> None:
    found = []
    for _ in range(2):
        torch.manual_seed(3)
        found.append(Dropout(0.3)(torch.ones(20_000)))
    assert torch.equal(*found)


def test_small_inputs_and_evaluation_are_those_of_pytorch() -> None:
    x = torch.ones(FEW)
    torch.manual_seed(4)
    ours = Dropout(0.3)(x)
    torch.manual_seed(4)
    assert torch.equal(ours, torch.nn.Dropout(0.3)(x))
    large = torch.randn(FEW + 1)
    assert torch.equal(Dropout(0.3).eval()(large), large)
