"""The ways to look: every element, module by module, along directions, at a sample, with a budget, at second order."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.autograd import Function

from dltui.gradcheck import check, ladder, taylor
from dltui.gradcheck.bugs import planted

D = torch.float64
X = torch.linspace(-2, 2, 40, dtype=D).view(8, 5)


def net() -> nn.Sequential:
    return nn.Sequential(nn.Linear(5, 6), nn.Tanh(), nn.Linear(6, 4), nn.ReLU(), nn.Linear(4, 3)).double()


def scaled(share: float, place: int | None = None) -> Callable[[Tensor, Tensor], Tensor]:
    """A backward of sin that is off by a share, everywhere or at one place."""

    def backward(g: Tensor, x: Tensor) -> Tensor:
        factor = torch.ones_like(x)
        factor.view(-1)[slice(None) if place is None else place] += share
        return g * x.cos() * factor

    return backward


@pytest.mark.parametrize("mode", ["full", "modular", "directional", "sample"])
def test_a_right_net_passes_in_every_mode(mode: Any) -> None:
    report = check(net(), (X,), mode=mode)
    assert report.ok and report.mode == mode, str(report)


def test_full_looks_at_every_element() -> None:
    report = check(net(), (X,))
    assert report.counts["unchecked"] == 0 and sum(report.counts.values()) == 40 + 36 + 28 + 15
    for tensor in report.tensors.values():
        torch.testing.assert_close(tensor.numeric, tensor.analytic, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("place", [0, 2, 4])
def test_modular_names_the_first_guilty_module(place: int) -> None:
    model = net()
    with planted(model[place], "missing-mean"):
        report = check(model, (X,), mode="modular")
    assert report.verdict == "wrong" and report.first_bad_module == str(place)
    assert all(element.tensor.startswith(f"{place}.") for element in report.worst(3))


class Off(nn.Module):
    """The identity, with a gradient that is off by a factor."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, x: Tensor) -> Tensor:
        y = x.clone()
        if y.requires_grad:
            y.register_hook(lambda g: g * self.factor)
        return y


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
@pytest.mark.parametrize("factor", [1.0, 1.003, 1.02])
def test_modular_asks_modules_without_parameters(dtype: torch.dtype, factor: float) -> None:
    for seed in range(2):
        torch.manual_seed(seed)
        model = nn.Sequential(nn.Linear(5, 7), nn.ReLU(), Off(factor), nn.Linear(7, 3), nn.Tanh()).to(dtype)
        report = check(model, (torch.randn(4, 5, dtype=dtype),), mode="modular", seed=seed)
        assert report.verdict == ("right" if factor == 1 else "wrong"), (seed, str(report))
        assert report.first_bad_module == (None if factor == 1 else "2")


def test_modular_sees_a_bug_outside_of_the_modules() -> None:
    class Doubled(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = nn.Linear(5, 3).double()

        def forward(self, x: Tensor) -> Tensor:
            y = self.inner(x)
            return y + y.detach()

    report = check(Doubled(), (X,), mode="modular")
    assert report.verdict == "wrong" and report.first_bad_module == "the net itself"


def test_modular_needs_a_module() -> None:
    report = check(torch.sin, (X,), mode="modular")
    assert report.verdict == "inconclusive" and "needs a module" in str(report)


def test_full_names_the_guilty_module_of_a_net_too() -> None:
    model = net()
    with planted(model[3], "no-activation-derivative"):
        report = check(model, (X,))
    assert report.first_bad_module == "3"


def test_directional_finds_one_element_among_many_and_says_where() -> None:
    x = torch.linspace(-1, 1, 3000, dtype=D)
    report = check(torch.sin, (x,), backward=scaled(0.01, 1234), mode="directional")
    assert report.verdict == "wrong" and report.details["agree"] < report.details["directions"]
    assert report.worst(1)[0].index == (1234,) and report.worst(1)[0].verdict == "wrong"
    assert report.evaluations < 3000


def test_directional_states_what_it_did() -> None:
    report = check(torch.sin, (X,), mode="directional")
    assert "8 of 8 random directions through all 40 elements agree" in report.notes


def test_a_sample_states_the_chance_to_miss_one_wrong_element() -> None:
    report = check(torch.sin, (X,), mode="sample", samples=10)
    assert report.ok and report.details == {"checked": 10.0, "elements": 40.0, "miss": 0.75}
    assert report.counts["ok"] == 10 and report.counts["unchecked"] == 30


def test_a_sample_of_everything_misses_nothing() -> None:
    report = check(torch.sin, (X,), mode="sample", samples=1000, backward=scaled(0.01, 7))
    assert report.details["miss"] == 0 and report.verdict == "wrong"


def test_another_seed_takes_another_sample() -> None:
    seen = [check(torch.sin, (X,), mode="sample", samples=5, seed=seed).tensors for seed in (0, 0, 1)]
    one, same, other = (next(iter(tensors.values())).verdict for tensors in seen)
    assert torch.equal(one, same) and not torch.equal(one, other)


class Slow(nn.Module):
    """Counts its calls; no batch can go through it."""

    def __init__(self, wrong: int | None = None) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.linspace(-1, 1, 20000, dtype=D))
        self.wrong = wrong

    def forward(self) -> Tensor:
        if torch._C._are_functorch_transforms_active():
            raise RuntimeError("one at a time")
        return Bent.apply(self.weight, self.wrong)  # type: ignore[no-any-return]


class Bent(Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, wrong: int | None) -> Tensor:
        ctx.save_for_backward(x)
        ctx.wrong = wrong
        return torch.stack([x.sin().sum()] + [x.cos().sum()] * 3)

    @staticmethod
    def backward(ctx: Any, g: Tensor) -> tuple[Tensor, None]:
        (x,) = ctx.saved_tensors
        gradient = g[0] * x.cos() - g[1:].sum() * x.sin()
        if ctx.wrong is not None:
            gradient[ctx.wrong] *= 1.05
        return gradient, None


def test_a_budget_leaves_elements_unchecked_and_directions_stand_in() -> None:
    report = check(Slow(), (), budget_s=0.3)
    assert report.ok and report.counts["unchecked"] > 0
    assert any("elements were checked in the time given (0.3 s)" in note for note in report.notes)
    assert any("random directions through all 20000 elements agree" in note for note in report.notes)


def test_a_wrong_element_beyond_the_budget_is_found_by_directions() -> None:
    report = check(Slow(wrong=19999), (), budget_s=0.3)
    assert report.verdict == "wrong" and report.worst(1)[0].index == (19999,)


def test_second_order_passes_for_a_right_double_backward() -> None:
    report = check(lambda x: (x.sin() * x).sum(), (X[:2],), order=2)
    assert report.ok and len(report.tensors) > 1


class HalfTwice(Function):
    """The first derivative of x^3 is right; that of the backward is not, because a part of it is detached."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx: Any, g: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return 3 * g * x * x.detach()


def test_second_order_finds_what_the_first_cannot() -> None:
    assert check(HalfTwice, (X[:2],)).ok
    report = check(HalfTwice, (X[:2],), order=2)
    assert report.verdict == "wrong", str(report)


def test_the_remainder_of_taylor_has_rate_two_for_a_right_gradient_and_one_for_a_wrong_one() -> None:
    right, wrong = taylor(torch.sin, (X,)), taylor(torch.sin, (X,), backward=scaled(0.1))
    assert right.right and right.rate == pytest.approx(2, abs=0.1)
    assert not wrong.right and wrong.rate == pytest.approx(1, abs=0.1)
    assert taylor(lambda x: 3 * x, (X,)).rate == math.inf


def test_the_curve_of_one_element_is_a_v() -> None:
    curve = ladder(torch.sin, (X,), next(iter(check(torch.sin, (X,)).tensors)), (1, 2))
    errors = [rung.error for rung in curve.rungs]
    least = errors.index(min(errors))
    assert 0 < least < len(errors) - 1
    assert curve.numeric == pytest.approx(curve.analytic, rel=1e-9)


@pytest.mark.parametrize(("word", "value"), [("mode", "slow"), ("order", 3)])
def test_arguments_that_make_no_sense_are_refused(word: str, value: Any) -> None:
    with pytest.raises(ValueError, match=word):
        check(torch.sin, (X,), **{word: value})


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="0.weight"):
        check(net(), (X,), params=["0.weigth"])


def test_only_what_is_asked_for_is_checked() -> None:
    assert list(check(net(), (X,), params=["0.bias"]).tensors) == ["0.bias"]
    assert len(check(net(), (X,), params="inputs").tensors) == 1
    assert len(check(net(), (X,), params="parameters").tensors) == 6
