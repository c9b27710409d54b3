"""Replay gives what calls one by one give, on chains of known operations, and steps aside everywhere else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional as F

from dltui.gradcheck import check
from dltui.gradcheck.frozen import Frozen
from dltui.gradcheck.naming import subject_of
from dltui.gradcheck.probe import Probe
from dltui.gradcheck.rehearsal import cotangents

ACTIVATIONS = [nn.ReLU, nn.Tanh, nn.Sigmoid, nn.GELU, nn.LeakyReLU, nn.SiLU]
STEP = 1e-3


def probe_of(fn: Callable[..., object], inputs: tuple[object, ...]) -> Probe:
    subject = subject_of(fn, inputs, "all")
    outputs = subject.outputs(subject.values())
    return Probe(subject, Frozen(subject.modules, False), cotangents([y.detach() for y in outputs], 0))


def agree(probe: Probe) -> list[bool]:
    """Compares all leaves with the plain loop; returns which of them were replayed."""
    dice, used = torch.Generator().manual_seed(1), []
    for leaf, value in enumerate(probe.values):
        index = torch.randint(0, value.numel(), (min(40, 2 * value.numel()),), generator=dice).sort().values
        step = STEP * torch.randn(len(index), generator=dice, dtype=torch.float64)
        many, single = probe.moves(leaf, index, step), probe.one_by_one(leaf, index, step)
        torch.testing.assert_close(many.change, single.change, rtol=1e-11, atol=1e-12 * (1 + probe.total))
        used.append(probe.replays[leaf] is not None)
    return used


@st.composite
def chains(draw: st.DrawFn) -> tuple[nn.Module, Tensor, Tensor]:
    """A net with or without convolutions, its input, classes."""
    torch.manual_seed(draw(st.integers(0, 1000)))
    rows, layers = draw(st.integers(1, 4)), list[nn.Module]()
    act, bias = draw(st.sampled_from(ACTIVATIONS)), draw(st.booleans())
    if draw(st.booleans()):
        channels, side = draw(st.integers(1, 2)), 12
        x = torch.randn(rows, channels, side, side, dtype=torch.float64)
        for _ in range(draw(st.integers(1, 2))):
            out, stride, padding = draw(st.integers(1, 3)), draw(st.integers(1, 2)), draw(st.integers(0, 1))
            pool = draw(st.sampled_from([nn.MaxPool2d, nn.AvgPool2d]))
            layers += [nn.Conv2d(channels, out, 3, stride, padding, bias=bias), act(), pool(2, 1)]
            channels = out
        layers.append(nn.Flatten())
    else:
        x = torch.randn(rows, 5, dtype=torch.float64)
    width = nn.Sequential(*layers).double()(x).shape[1]
    for _ in range(draw(st.integers(0, 2))):
        out = draw(st.integers(1, 6))
        layers += [nn.Linear(width, out, bias=bias), act()]
        width = out
    layers.append(nn.Linear(width, 4, bias=bias))
    return nn.Sequential(*layers).double(), x, torch.randint(0, 4, (rows,))


@settings(max_examples=15, deadline=None)
@given(chains(), st.sampled_from(["cross_entropy", "mse", "none"]))
def test_chains_are_replayed_with_the_numbers_of_single_calls(
    chain: tuple[nn.Module, Tensor, Tensor], loss: str
) -> None:
    net, x, classes = chain

    class Whole(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.net = net

        def forward(self, x: Tensor) -> Tensor:
            y = self.net(x)
            if loss == "cross_entropy":
                return F.cross_entropy(y, classes)
            return F.mse_loss(y, torch.zeros_like(y)) if loss == "mse" else y

    probe = probe_of(Whole(), (x,))
    assert all(agree(probe))


def by_hand(w: Tensor, b: Tensor, x: Tensor, v: Tensor) -> Tensor:
    hidden = torch.tanh(x @ w + b)
    return ((hidden + 2 * hidden * v - b) / 3).sum()


def tied(w: Tensor, x: Tensor) -> Tensor:
    return torch.sigmoid(x @ w) @ w + x


@pytest.mark.parametrize(("fn", "shapes"), [(by_hand, [(4, 3), (3,), (5, 4), (3,)]), (tied, [(3, 3), (5, 3)])])
def test_arithmetic_by_hand(fn: Callable[..., Tensor], shapes: list[tuple[int, ...]]) -> None:
    torch.manual_seed(0)
    used = agree(probe_of(fn, tuple(torch.randn(shape, dtype=torch.float64) for shape in shapes)))
    assert all(used) or fn is tied


def changes_in_place(x: Tensor, w: Tensor) -> Tensor:
    hidden = F.linear(x, w)
    hidden += 1
    return F.relu(hidden, inplace=True)


def branches(x: Tensor, w: Tensor) -> Tensor:
    hidden = F.linear(x, w)
    return torch.relu(hidden) if float(hidden.sum()) > 0 else torch.tanh(hidden)


def far_apart(x: Tensor, w: Tensor) -> Tensor:
    """Scores whose exponentials overflow when measured from where they were."""
    return F.cross_entropy(1e4 * F.linear(x, w), torch.tensor([0, 1, 1, 0, 2]))


@pytest.mark.parametrize("fn", [changes_in_place, branches, far_apart])
def test_other_functions_have_the_numbers_of_single_calls(fn: Callable[..., Tensor]) -> None:
    torch.manual_seed(0)
    used = agree(probe_of(fn, (torch.randn(5, 4, dtype=torch.float64), torch.randn(3, 4, dtype=torch.float64))))
    assert any(used) == (fn is far_apart)


class Hidden(torch.autograd.Function):
    """A forward that the tape cannot see, with a gradient of zero."""

    generate_vmap_rule = True

    @staticmethod
    def forward(x: Tensor) -> Tensor:
        return x * x

    @staticmethod
    def setup_context(ctx: object, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        pass

    @staticmethod
    def backward(ctx: object, gradient: Tensor) -> Tensor:
        return torch.zeros_like(gradient)


hidden: Callable[[Tensor], Tensor] = Hidden.apply


def test_what_the_tape_does_not_see_is_not_taken_for_constant() -> None:
    w, x = torch.randn(3, 4, dtype=torch.float64), torch.randn(5, 4, dtype=torch.float64)
    report = check(lambda w: F.linear(x, w) + F.linear(x, hidden(w)), (w,))
    assert report.verdict == "wrong"
    assert check(lambda w: hidden(w), (w,)).verdict == "wrong"


FIRST = """
import sys
from torch import nn, ones, zeros
from dltui.gradcheck import check
net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8, 3)).double()
assert check(lambda x: nn.functional.cross_entropy(net(x), zeros(1).long()), (ones(1, 1, 4, 4).double(),)).ok
assert check(net, (ones(1, 1, 4, 4).double(),)).ok
assert "sympy" not in sys.modules
"""


def test_the_first_check_of_a_process_loads_no_half_second_of_python() -> None:
    done = subprocess.run([sys.executable, "-c", FIRST], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
