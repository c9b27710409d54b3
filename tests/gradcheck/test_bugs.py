"""Planted bugs break what they say, nothing else, and only while they are planted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from dltui.gradcheck.bugs import applicable, planted

ROWS = 5
Gradients = dict[str, Tensor]
Broken = Callable[[nn.Module, Gradients, Tensor, Tensor], Tensor]
"""(layer, right gradients, input, gradient of the output) -> the wrong gradient."""

SHAPES: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...]]] = {
    "linear": (lambda: nn.Linear(3, 3), (ROWS, 3)),
    "oblong": (lambda: nn.Linear(3, 2), (ROWS, 3)),
    "unbiased": (lambda: nn.Linear(3, 2, bias=False), (ROWS, 3)),
    "sequence": (lambda: nn.Linear(3, 2), (ROWS, 4, 3)),
    "conv": (lambda: nn.Conv2d(2, 3, 3, stride=2, padding=1), (ROWS, 2, 5, 6)),
    "pointwise": (lambda: nn.Conv2d(2, 3, 1), (ROWS, 2, 4, 4)),
    "maxpool": (lambda: nn.MaxPool2d(2), (ROWS, 2, 5, 6)),
    "overlapping": (lambda: nn.MaxPool2d(3, 2), (ROWS, 2, 5, 6)),
    "avgpool": (lambda: nn.AvgPool2d(2), (ROWS, 2, 4, 4)),
    "flatten": (nn.Flatten, (ROWS, 2, 3)),
    "relu": (nn.ReLU, (ROWS, 4)),
    "leaky": (lambda: nn.LeakyReLU(0.1), (ROWS, 4)),
    "elu": (nn.ELU, (ROWS, 4)),
    "tanh": (nn.Tanh, (ROWS, 4)),
    "sigmoid": (nn.Sigmoid, (ROWS, 4)),
    "dropout": (lambda: nn.Dropout(0.5), (ROWS, 4)),
    "norm1d": (lambda: nn.BatchNorm1d(4), (ROWS, 4)),
    "norm2d": (lambda: nn.BatchNorm2d(2), (ROWS, 2, 3, 3)),
    "plain-norm": (lambda: nn.BatchNorm1d(4, affine=False), (ROWS, 4)),
    "layernorm": (lambda: nn.LayerNorm(4), (ROWS, 4)),
    "rnn": (lambda: nn.RNN(2, 3, batch_first=True), (ROWS, 4, 2)),
    "lstm": (lambda: nn.LSTM(2, 3, batch_first=True), (ROWS, 4, 2)),
}


def layer_of(kind: str) -> nn.Module:
    torch.manual_seed(0)
    return SHAPES[kind][0]().double()


def one_element(layer: nn.Module, right: Gradients, x: Tensor, g: Tensor) -> Tensor:
    broken = right["weight"].clone()
    place = int(broken.abs().argmax())
    broken.view(-1)[place] *= 1.01
    return broken


def last_row(name: str) -> Broken:
    """What is left when every row overwrites the one before, from autograd of the last row alone."""

    def broken(layer: nn.Module, right: Gradients, x: Tensor, g: Tensor) -> Tensor:
        rows, ends = x.reshape(-1, x.shape[-1])[-1:], g.reshape(-1, g.shape[-1])[-1:]
        return torch.autograd.grad(layer(rows), layer.get_parameter(name), ends)[0]

    return broken


def held(layer: nn.Module, right: Gradients, x: Tensor, g: Tensor) -> Tensor:
    """Batch norm with constants where the statistics are."""
    assert isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d)
    axes = [axis for axis in range(x.dim()) if axis != 1]
    x = x.detach().requires_grad_()
    mean, variance = x.detach().mean(axes), x.detach().var(axes, unbiased=False)
    y = functional.batch_norm(x, mean, variance, layer.weight, layer.bias, training=False, eps=layer.eps)
    return torch.autograd.grad(y, x, g)[0]


def whole_window(layer: nn.Module, right: Gradients, x: Tensor, g: Tensor) -> Tensor:
    """The gradient of the sum over each window."""
    x = x.detach().requires_grad_()
    return torch.autograd.grad(4 * functional.avg_pool2d(x, 2), x, g)[0]


def curve(layer: nn.Module, right: Gradients, x: Tensor, g: Tensor) -> Tensor:
    return g * (1 - layer(x) if isinstance(layer, nn.Tanh) else layer(x))


def by_step(layer: nn.Module, x: Tensor, g: Tensor, name: str) -> list[Tensor]:
    """What each time step has to say about a weight: every step is given a copy of its own."""
    assert isinstance(layer, nn.RNNBase)
    copies = [{key: value.detach().clone().requires_grad_() for key, value in layer.named_parameters()}
              for _ in range(x.shape[1])]  # fmt: skip
    state, loss = None, x.new_zeros(())
    for t, copy in enumerate(copies):
        given = (x[:, t : t + 1].detach(),) if state is None else (x[:, t : t + 1].detach(), state)
        y, state = torch.func.functional_call(layer, copy, given)
        loss = loss + (y * g[:, t : t + 1]).sum()
    return list(torch.autograd.grad(loss, [copy[name] for copy in copies]))


def cells(layer: nn.Module, x: Tensor, g: Tensor, name: str, cut: bool, straight: bool) -> Tensor:
    """The gradient of a weight by autograd through an LSTM in which c is cut off, or tanh(c) has the slope 1."""
    assert isinstance(layer, nn.LSTM)
    weights = [value.detach().clone().requires_grad_() for value in layer.parameters()]
    w_in, w_back, b_in, b_back = weights
    h = c = x.new_zeros(len(x), layer.hidden_size)
    loss = x.new_zeros(())
    for t in range(x.shape[1]):
        i, f, new, o = (x[:, t].detach() @ w_in.T + b_in + h @ w_back.T + b_back).chunk(4, 1)
        # f still learns what it does to the old c: only the way on from c to c is gone
        old = c.detach() if cut else c
        c = f.sigmoid() * old + i.sigmoid() * new.tanh()
        bent = c.tanh()
        h = o.sigmoid() * (c + (bent - c).detach() if straight else bent)
        loss = loss + (h * g[:, t]).sum()
    found = torch.autograd.grad(loss, weights)
    return found[[key for key, _ in layer.named_parameters()].index(name)]


def swapped(right: Tensor) -> Tensor:
    i, f, new, o = right.chunk(4)
    return torch.cat([i, f, o, new])


RECURRENT = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")


def every(broken: Callable[[nn.Module, Gradients, Tensor, Tensor, str], Tensor]) -> dict[str, Broken]:
    return {name: lambda layer, right, x, g, name=name: broken(layer, right, x, g, name) for name in RECURRENT}


BUGS: dict[str, dict[str, Broken]] = {
    "sign": {"weight": lambda layer, right, x, g: -right["weight"]},
    "missing-mean": {"weight": lambda layer, right, x, g: ROWS * right["weight"]},
    "doubled": {"weight": lambda layer, right, x, g: 2 * right["weight"]},
    "transposed": {"weight": lambda layer, right, x, g: right["weight"].T},
    "last-row": {"weight": last_row("weight")},
    "zero": {"weight": lambda layer, right, x, g: 0 * right["weight"]},
    "one-element": {"weight": one_element},
    "one-percent": {"weight": lambda layer, right, x, g: 1.01 * right["weight"]},
    "flipped-kernel": {"weight": lambda layer, right, x, g: right["weight"].flip(2).flip(3)},
    "forgotten-bias": {"bias": lambda layer, right, x, g: 0 * right["bias"]},
    "bias-last-row": {"bias": last_row("bias")},
    "no-activation-derivative": {"input": lambda layer, right, x, g: g},
    "value-for-derivative": {"input": curve},
    "stale-mask": {"input": lambda layer, right, x, g: g * (torch.cat([x[-1:], x[:-1]]) > 0)},
    "inverted-mask": {"input": lambda layer, right, x, g: g - right["input"]},
    "statistics-held": {"input": held},
    "all-of-the-window": {"input": whole_window},
    "truncated": every(lambda layer, right, x, g, name: by_step(layer, x, g, name)[-1]),
    "overwritten": {"weight_ih_l0": lambda layer, right, x, g: by_step(layer, x, g, "weight_ih_l0")[0]},
    "one-bias": {"bias_hh_l0": lambda layer, right, x, g: 0 * right["bias_hh_l0"]},
    "gates-swapped": every(lambda layer, right, x, g, name: swapped(right[name])),
    "tanh-forgotten": every(lambda layer, right, x, g, name: cells(layer, x, g, name, False, True)),
    "carry-cut": every(lambda layer, right, x, g, name: cells(layer, x, g, name, True, False)),
    "input-doubled": {"input": lambda layer, right, x, g: 2 * right["input"]},
}
"""What each bug makes of which gradient, worked out in another way than by the bug itself."""
PLANTABLE = [(kind, bug.name) for kind in SHAPES for bug in applicable(layer_of(kind))]


class Pass:
    """One forward and backward of a layer, from the same state of chance and buffers each time."""

    def __init__(self, kind: str) -> None:
        self.layer = layer_of(kind)
        dice = torch.Generator().manual_seed(1)
        self.x = torch.randn(SHAPES[kind][1], generator=dice, dtype=torch.float64).requires_grad_()
        self._state = {name: value.clone() for name, value in self.layer.state_dict().items()}
        self.g = torch.randn(self.forward().shape, generator=dice, dtype=torch.float64)

    def forward(self) -> Tensor:
        torch.manual_seed(2)
        self.layer.load_state_dict(self._state)
        y: Tensor | tuple[Tensor, ...] = self.layer(self.x)
        return y if isinstance(y, Tensor) else y[0]

    def gradients(self) -> Gradients:
        named = {"input": self.x, **dict(self.layer.named_parameters())}
        return dict(zip(named, torch.autograd.grad(self.forward(), list(named.values()), self.g), strict=True))


def test_every_bug_is_here_and_can_be_planted_somewhere() -> None:
    assert {name for _, name in PLANTABLE} == set(BUGS)


@pytest.mark.parametrize(("kind", "name"), PLANTABLE)
def test_a_bug_changes_the_gradients_it_says_as_it_says_and_no_other(kind: str, name: str) -> None:
    run = Pass(kind)
    right = run.gradients()
    with planted(run.layer, name):
        wrong = run.gradients()
    for tensor, gradient in wrong.items():
        if tensor in BUGS[name]:
            expected = BUGS[name][tensor](run.layer, right, run.x, run.g)
            torch.testing.assert_close(gradient, expected)
            assert not torch.allclose(gradient, right[tensor]), "it would be no bug"
        else:
            assert torch.equal(gradient, right[tensor]), tensor


@pytest.mark.parametrize(("kind", "name"), PLANTABLE)
def test_the_forward_stays_bit_for_bit_with_and_without_gradients(kind: str, name: str) -> None:
    run = Pass(kind)
    plain = run.forward()
    with planted(run.layer, name):
        assert torch.equal(run.forward(), plain)
        with torch.no_grad():
            assert torch.equal(run.forward(), plain)


@pytest.mark.parametrize(("kind", "name"), PLANTABLE)
def test_a_bug_is_gone_afterwards_even_when_something_fails(kind: str, name: str) -> None:
    run = Pass(kind)
    right = run.gradients()
    with pytest.raises(KeyboardInterrupt), planted(run.layer, name):
        run.gradients()
        raise KeyboardInterrupt
    again = run.gradients()
    assert all(torch.equal(again[tensor], gradient) for tensor, gradient in right.items())
    assert not run.layer._forward_hooks and not run.layer._forward_pre_hooks


@pytest.mark.parametrize("kind", SHAPES)
def test_none_is_no_bug(kind: str) -> None:
    run = Pass(kind)
    right = run.gradients()
    with planted(run.layer, "none"):
        wrong = run.gradients()
    assert all(torch.equal(wrong[tensor], gradient) for tensor, gradient in right.items())


def test_what_others_get_from_the_same_input_stays_right() -> None:
    """A skip connection: the bug is in the layer, not in what it is fed with."""
    relu, x = nn.ReLU(), torch.randn(ROWS, 3, dtype=torch.float64, requires_grad=True)
    with planted(relu, "no-activation-derivative"):
        (wrong,) = torch.autograd.grad((relu(x) + 10 * x).sum(), x)
    assert torch.equal(wrong, torch.full_like(x, 11.0))


def test_a_later_pass_is_broken_by_its_own_values() -> None:
    layer = nn.Linear(2, 2).double()
    with planted(layer, "last-row"):
        for rows in (torch.ones(3, 2, dtype=torch.float64), torch.full((4, 2), 7.0, dtype=torch.float64)):
            (wrong,) = torch.autograd.grad(layer(rows).sum(), layer.weight)
            assert torch.equal(wrong, rows[-1].expand(2, 2))


@pytest.mark.parametrize(
    ("kind", "name"),
    [("oblong", "transposed"), ("unbiased", "forgotten-bias"), ("pointwise", "flipped-kernel"), ("tanh", "stale-mask"),
     ("overlapping", "all-of-the-window"), ("dropout", "zero"), ("relu", "nonsense")],
)  # fmt: skip
def test_a_bug_that_the_layer_cannot_have_is_refused_with_those_it_can(kind: str, name: str) -> None:
    layer, message = layer_of(kind), f"cannot have the bug '{name}'; it can have: "
    with pytest.raises(ValueError, match=message) as refused, planted(layer, name):
        pass
    assert all(bug.name in str(refused.value) for bug in applicable(layer))


def test_nothing_stays_behind_on_a_layer_whose_weights_are_frozen() -> None:
    layer = nn.Linear(2, 2)
    layer.weight.requires_grad_(False)
    with pytest.raises(RuntimeError), planted(layer, "sign"):
        pass
    assert not layer._forward_hooks and not layer._forward_pre_hooks
