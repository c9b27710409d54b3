"""Verdicts per element: kinks, ties, tiny gradients, zeros, edges of a domain, NaN and infinity."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional as F

from dltui.gradcheck import check
from dltui.gradcheck.report import GradientReport

D = torch.float64
X = torch.tensor([-1.5, -0.3, 0.0, 0.4, 2.0], dtype=D)
ZERO = torch.zeros(4, dtype=D)
XOR = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]], dtype=D)


def by_slope(fn: Callable[[Tensor], Tensor], slope: Callable[[Tensor], Tensor], x: Tensor) -> GradientReport:
    return check(fn, (x,), backward=lambda g, x: g * slope(x))


def codes(report: GradientReport) -> list[str]:
    (tensor,) = report.tensors.values()
    return [tensor.element(place).verdict for place in range(tensor.analytic.numel())]


@pytest.mark.parametrize("at_zero", [0.0, 0.25, 0.5, 1.0])
def test_any_slope_between_both_sides_of_a_kink_is_valid(at_zero: float) -> None:
    report = by_slope(torch.relu, lambda x: torch.where(x == 0, at_zero, (x > 0).double()), X)
    assert report.ok and codes(report)[2] == "kink", str(report)


@pytest.mark.parametrize("at_zero", [-0.2, 1.2, 2.0])
def test_a_slope_outside_is_wrong_and_the_hint_says_what_is_valid(at_zero: float) -> None:
    report = by_slope(torch.relu, lambda x: torch.where(x == 0, at_zero, (x > 0).double()), X)
    assert codes(report)[2] == "wrong" and report.counts["wrong"] == 1
    assert "any gradient from" in report.hints[0].sentence and report.hints[0].code == "kink"


@pytest.mark.parametrize("away", [1e-5, 1e-6, 1e-7, 1e-8, -1e-6, -1e-8])
def test_beside_a_kink_only_the_slope_of_that_side_is_right(away: float) -> None:
    x = torch.tensor([away, 1.0, -1.0], dtype=D)
    assert by_slope(torch.relu, lambda x: (x > 0).double(), x).ok
    other = by_slope(torch.relu, lambda x: torch.where(x.abs() < 0.1, 1.0 - (x > 0).double(), (x > 0).double()), x)
    assert other.verdict == "wrong" and codes(other)[0] == "wrong"


@pytest.mark.parametrize("away", [0.0, 1e-6, 1e-9])
def test_a_correct_net_with_kinks_and_max_pools_passes(away: float) -> None:
    torch.manual_seed(1)
    model = nn.Sequential(nn.Conv2d(1, 3, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(12, 2))
    image = torch.randn(3, 1, 4, 4, dtype=D).round() + away
    assert check(model.double(), (image,)).ok


@pytest.mark.parametrize("shares", [(1.0, 0.0, 0.0), (0.0, 0.0, 1.0), (1 / 3, 1 / 3, 1 / 3), (0.2, 0.5, 0.3)])
def test_the_shares_of_a_tie_may_be_any_that_add_up(shares: tuple[float, ...]) -> None:
    x = torch.tensor([2.0, 2, 2], dtype=D)
    assert check(torch.amax, (x,), backward=lambda g, x: g * torch.tensor(shares, dtype=D)).ok


@pytest.mark.parametrize("shares", [(1.0, 1.0, 1.0), (0.0, 0.0, 0.0), (0.5, 0.5, 0.5), (1.0, 0.0, 0.5)])
def test_shares_of_a_tie_that_do_not_add_up_are_wrong(shares: tuple[float, ...]) -> None:
    x = torch.tensor([2.0, 2, 2], dtype=D)
    report = check(torch.amax, (x,), backward=lambda g, x: g * torch.tensor(shares, dtype=D))
    assert report.verdict == "wrong" and report.hints[0].code == "tie"


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("act", [nn.ReLU(), nn.ReLU(inplace=True), nn.LeakyReLU(0.1), nn.Hardtanh()])
def test_choices_at_several_kinks_at_once_are_valid(act: nn.Module, bias: bool) -> None:
    """At (0, 0) all hidden units without bias stand at their kinks; 0 is a choice of each, though no point around has
    that gradient."""
    for seed in range(3):
        torch.manual_seed(seed)
        model = nn.Sequential(nn.Linear(2, 8, bias=bias), act, nn.Linear(8, 1)).double()
        if bias:
            nn.init.zeros_(model[0].bias)
        assert check(model, (XOR,)).ok


def test_a_wrong_factor_at_several_kinks_at_once_is_wrong() -> None:
    w = torch.randn(4, 2, dtype=D)

    def backward(g: Tensor, x: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        open_ = g * ((x @ v) >= 0)
        return open_ @ v.T, 2 * x.T @ open_

    report = check(lambda x, v: (x @ v).relu(), (w, torch.zeros(2, 3, dtype=D)), backward=backward)
    assert report.verdict == "wrong"


FLAT: dict[str, Callable[[Tensor], Tensor]] = {
    "relu squared": lambda x: F.relu(x) ** 2,
    "relu cubed": lambda x: F.relu(x) ** 3,
    "relu to 1.5": lambda x: F.relu(x) ** 1.5,
    "x|x|": lambda x: x * x.abs(),
    "softshrink squared": lambda x: F.softshrink(x) ** 2,
    "constant": lambda x: 0 * x + 3,
}


@pytest.mark.parametrize("name", FLAT)
def test_a_derivative_of_zero_is_right_where_it_vanishes(name: str) -> None:
    fn = FLAT[name]
    for x in (ZERO, torch.tensor([0.0, 0, 1, 0.5], dtype=D), ZERO.float()):
        assert check(fn, (x,)).ok, str(check(fn, (x,)))


@pytest.mark.parametrize("slope", [1.0, 1e-3, 1e-6, 1e-9])
@pytest.mark.parametrize("name", ["relu squared", "relu cubed", "x|x|", "constant"])
def test_a_zero_where_the_derivative_does_not_vanish_is_wrong(name: str, slope: float) -> None:
    fn = FLAT[name]
    assert by_slope(lambda x: fn(x) + slope * x, torch.zeros_like, ZERO).verdict == "wrong"
    assert by_slope(lambda x: fn(x) + slope * x, lambda x: torch.full_like(x, slope), ZERO).ok


@pytest.mark.parametrize("zeros", [(0,), (2,), (0, 2)])
def test_layers_of_exact_zeros_pass(zeros: tuple[int, ...]) -> None:
    for act in (nn.ReLU(), nn.Tanh()):
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(2, 8), act, nn.Linear(8, 1)).double()
        for place in zeros:
            nn.init.zeros_(model[place].weight)
            nn.init.zeros_(model[place].bias)

        class Squared(nn.Module):
            def __init__(self, inner: nn.Module) -> None:
                super().__init__()
                self.inner = inner

            def forward(self, x: Tensor) -> Tensor:
                return self.inner(x).square().mean()

        assert check(Squared(model), (XOR,)).ok


@pytest.mark.parametrize("size", [1e-4, 1e-8, 1e-12])
def test_tiny_gradients_are_judged_like_others(size: float) -> None:
    fn = lambda x: size * x.sin()  # noqa: E731
    assert by_slope(fn, lambda x: size * x.cos(), X).ok
    assert by_slope(fn, lambda x: 1.01 * size * x.cos(), X).verdict == "wrong"
    assert by_slope(fn, torch.zeros_like, X).verdict == "wrong"


@settings(max_examples=15)
@given(
    st.lists(st.floats(-3, 3), min_size=2, max_size=6), st.floats(1e-3, 1e3),
    st.sampled_from([0.99, 1.01, -1.0, 0.0, 2.0]),
)  # fmt: skip
def test_a_smooth_function_passes_and_a_percent_is_found(values: list[float], size: float, factor: float) -> None:
    x = torch.tensor(values, dtype=D)
    fn, slope = (lambda x: size * (x / 2).exp()), (lambda x: size / 2 * (x / 2).exp())
    assert by_slope(fn, slope, x).ok
    assert by_slope(fn, lambda x: factor * slope(x), x).verdict == "wrong"


def test_a_tensor_of_almost_zeros_is_moved_on_the_scale_of_one() -> None:
    x = torch.tensor([0.0, 4.6e-33], dtype=D)
    assert by_slope(torch.exp, torch.exp, x).ok
    assert by_slope(torch.exp, torch.zeros_like, x).verdict == "wrong"


def test_a_function_that_raises_beside_the_point_is_judged_from_the_other_side() -> None:
    def root(x: Tensor) -> Tensor:
        if bool((x < 1).any()):
            raise ValueError("below one")
        return (x * x).log()

    x = torch.tensor([1.0, 2.0], dtype=D)
    assert by_slope(root, lambda x: 2 / x, x).ok
    assert by_slope(root, lambda x: 1 / x, x).verdict == "wrong"


def test_a_function_that_is_nan_beside_the_point_is_judged_from_the_other_side() -> None:
    x = torch.tensor([0.0, 1.0], dtype=D)
    fn = lambda x: x * x.sqrt()  # noqa: E731
    assert by_slope(fn, lambda x: 1.5 * x.sqrt(), x).ok
    assert by_slope(fn, lambda x: 1.5 * x.sqrt() + 1, x).verdict == "wrong"


def test_an_infinite_gradient_is_right_where_differences_grow_without_end() -> None:
    x = torch.tensor([0.0, 1.0], dtype=D)
    assert by_slope(torch.sqrt, lambda x: 0.5 / x.sqrt(), x).ok
    assert not by_slope(torch.sqrt, lambda x: -0.5 / x.sqrt(), x).ok


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_gradient_that_is_no_number_is_wrong(bad: float) -> None:
    report = by_slope(torch.sin, lambda x: torch.where(x == X[1], bad, x.cos()), X)
    assert report.verdict == "wrong" and report.hints[0].code == "nan"


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_inputs_that_are_no_numbers_end_in_a_verdict(bad: float) -> None:
    x = X.clone()
    x[1] = bad
    report = check(torch.relu, (x,))
    assert report.verdict in ("right", "inconclusive")
    assert check(torch.relu, (x,), backward=lambda g, x: 2 * g * (x > 0)).verdict == "wrong"


def test_a_step_has_slope_zero_at_its_jump() -> None:
    x = torch.tensor([1.0, 0.5], dtype=D)
    assert by_slope(torch.floor, torch.zeros_like, x).ok
    assert by_slope(torch.floor, torch.ones_like, x).verdict == "wrong"


@pytest.mark.parametrize("place", [0, 57, 119])
def test_one_percent_in_one_element_is_found_and_named(place: int) -> None:
    x = torch.linspace(-1, 1, 120, dtype=D).view(10, 12)

    def slope(x: Tensor) -> Tensor:
        found = x.cos()
        found.view(-1)[place] *= 1.01
        return found

    report = by_slope(torch.sin, slope, x)
    assert report.counts["wrong"] == 1 and report.worst(1)[0].index == divmod(place, 12)
    assert report.hints[0].code == "single" and f"[{place // 12}, {place % 12}]" in report.hints[0].sentence
