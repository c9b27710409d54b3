"""Backward bugs and their correct twins, as data: one forward, one right backward, one wrong.

The label names the cause: the codes of hints that count as right. Everything is float64 unless the name says otherwise.
`PYTHONPATH=. python tests/gradcheck/catalogue.py` prints the score.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function
from torch.nn import functional as F

from dltui.gradcheck import check

D = torch.float64
Fn = Callable[..., Any]


@dataclass(frozen=True)
class Entry:
    """A mistake."""

    name: str
    labels: str
    """Codes of hints that name the cause, separated by blanks."""
    forward: Fn
    right: Fn
    wrong: Fn
    """Backwards: (grad_output, *inputs) -> gradient or gradients."""
    inputs: tuple[Tensor, ...]
    style: str = "pair"
    """"pair": two plain functions; "function": an autograd.Function."""

    def case(self, wrong: bool) -> tuple[Any, tuple[Tensor, ...], Fn | None]:
        """(fn, inputs, backward) for `check`."""
        backward = self.wrong if wrong else self.right
        if self.style == "pair":
            return self.forward, self.inputs, backward
        return function(self.forward, backward), self.inputs, None


def function(forward: Fn, backward: Fn) -> type[Function]:
    """An autograd.Function of two plain functions."""

    class Written(Function):
        @staticmethod
        def forward(ctx: Any, *inputs: Tensor) -> Any:
            ctx.save_for_backward(*inputs)
            return forward(*inputs)

        @staticmethod
        def backward(ctx: Any, *gradients: Tensor) -> Any:
            return backward(*gradients, *ctx.saved_tensors)

    return Written


ENTRIES: list[Entry] = []


def add(name: str, labels: str, forward: Fn, right: Fn, wrong: Fn, *inputs: Tensor, style: str = "") -> None:
    ENTRIES.append(Entry(name, labels, forward, right, wrong, inputs, style or ("pair", "function")[len(ENTRIES) % 2]))


def rand(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed + sum(shape)), dtype=D)


def positive(*shape: int) -> Tensor:
    return rand(*shape).abs() + 0.5


X = rand(6, 5)
S = torch.sigmoid


def autograd(forward: Fn) -> Fn:
    """The right backward of a forward, by autograd itself."""

    def backward(g: Any, *inputs: Tensor) -> tuple[Tensor, ...]:
        with torch.enable_grad():
            leaves = [each.detach().requires_grad_() if each.is_floating_point() else each for each in inputs]
            y = forward(*leaves)
            wanted = [leaf for leaf in leaves if leaf.requires_grad]
            found = iter(torch.autograd.grad(y, wanted, g, allow_unused=True, materialize_grads=True))
            return tuple(next(found) if leaf.requires_grad else None for leaf in leaves)  # type: ignore[misc]

    return backward


# functions of one element
def unary(name: str, labels: str, forward: Fn, right: Fn, wrong: Fn, x: Tensor = X) -> None:
    add(name, labels, forward, lambda g, x: g * right(x), lambda g, x: g * wrong(x), x)


unary("relu without mask", "identity", torch.relu, lambda x: x > 0, torch.ones_like)
unary("relu with inverted mask", "derivative mask-wrong", torch.relu, lambda x: x > 0, lambda x: x <= 0)
unary("relu with mask of |x|", "mask-missing mask-strict derivative", torch.relu, lambda x: x > 0, lambda x: x > 0.5)
unary("relu by its value", "derivative", torch.relu, lambda x: x > 0, torch.relu)
unary(
    "leaky relu without slope",
    "derivative",
    lambda x: F.leaky_relu(x, 0.1),
    lambda x: torch.where(x > 0, 1.0, 0.1),
    lambda x: x > 0,
)
unary(
    "leaky relu, other slope",
    "derivative subset",
    lambda x: F.leaky_relu(x, 0.1),
    lambda x: torch.where(x > 0, 1.0, 0.1),
    lambda x: torch.where(x > 0, 1.0, 0.01),
)
unary("sigmoid by its value", "derivative", S, lambda x: S(x) * (1 - S(x)), S)
unary("sigmoid of the output", "derivative", S, lambda x: S(x) * (1 - S(x)), lambda x: S(S(x)) * (1 - S(S(x))))
unary("sigmoid without derivative", "identity", S, lambda x: S(x) * (1 - S(x)), torch.ones_like)
unary("tanh: 1 - y", "derivative", torch.tanh, lambda x: 1 - x.tanh() ** 2, lambda x: 1 - x.tanh())
unary("tanh: 1 - x^2", "derivative", torch.tanh, lambda x: 1 - x.tanh() ** 2, lambda x: 1 - x**2)
unary("tanh: 1 + y^2", "derivative path", torch.tanh, lambda x: 1 - x.tanh() ** 2, lambda x: 1 + x.tanh() ** 2)
unary("silu without second term", "derivative", F.silu, lambda x: S(x) * (1 + x * (1 - S(x))), S)
unary(
    "gelu without second term",
    "derivative",
    F.gelu,
    lambda x: 0.5 * (1 + torch.erf(x / math.sqrt(2))) + x * torch.exp(-x * x / 2) / math.sqrt(2 * math.pi),
    lambda x: 0.5 * (1 + torch.erf(x / math.sqrt(2))),
)
unary("softplus: 1 - s", "derivative", F.softplus, S, lambda x: 1 - S(x))
unary(
    "elu without alpha",
    "derivative",
    F.elu,
    lambda x: torch.where(x > 0, 1.0, x.exp()),
    lambda x: torch.where(x > 0, 1.0, x.exp() - 1),
)
unary("sqrt without 1/2", "ratio", torch.sqrt, lambda x: 0.5 / x.sqrt(), lambda x: 1 / x.sqrt(), positive(6, 5))
unary("square without 2", "ratio", lambda x: x * x, lambda x: 2 * x, lambda x: x)
unary("cube: 3x", "derivative", lambda x: x**3, lambda x: 3 * x * x, lambda x: 3 * x)
unary("log: 1/y", "derivative", torch.log, lambda x: 1 / x, lambda x: 1 / x.log(), positive(6, 5))
unary(
    "reciprocal with the wrong sign", "sign", lambda x: 1 / x, lambda x: -1 / x**2, lambda x: 1 / x**2, positive(6, 5)
)
unary("cos with the wrong sign", "sign", torch.cos, lambda x: -x.sin(), torch.sin)
unary("abs without sign", "identity", torch.abs, torch.sign, torch.ones_like)
unary(
    "clamp without mask",
    "identity mask-missing",
    lambda x: x.clamp(-0.5, 0.5),
    lambda x: x.abs() < 0.5,
    torch.ones_like,
)
unary("exp taken for its argument", "derivative", torch.exp, torch.exp, lambda x: x)
unary("scaled by one percent", "ratio", torch.sin, torch.cos, lambda x: 1.01 * x.cos())
unary(
    "one element off by a percent",
    "single",
    torch.sin,
    torch.cos,
    lambda x: x.cos() * (1 + 0.01 * (torch.arange(30).view(6, 5) == 17)),
)
unary(
    "nan where the mask is zero",
    "nan mask-wrong",
    lambda x: torch.where(x > 0, x.abs().sqrt(), 0.0),
    lambda x: torch.where(x > 0, 0.5 / x.clamp(min=1e-30).sqrt(), 0.0),
    lambda x: 0.5 / x.sqrt() * (x > 0),
)
unary(
    "tiny gradient off by a percent",
    "ratio",
    lambda x: 1e-8 * x.sin(),
    lambda x: 1e-8 * x.cos(),
    lambda x: 1.01e-8 * x.cos(),
)
unary("tiny gradient lost", "zero", lambda x: 1e-8 * x.sin(), lambda x: 1e-8 * x.cos(), torch.zeros_like)
unary(
    "degrees taken for radians",
    "ratio",
    lambda x: torch.deg2rad(x).sin(),
    lambda x: torch.deg2rad(x).cos() * math.pi / 180,
    lambda x: torch.deg2rad(x).cos(),
)


# a layer y = x W + b
W, B, SQUARE = rand(5, 4), rand(4), rand(5, 5, seed=3)


def dense(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    return x @ w + b


def dense_back(g: Tensor, x: Tensor, w: Tensor, b: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    return g @ w.T, x.T @ g, g.sum(0)


def layer(name: str, labels: str, change: Callable[..., Any], w: Tensor = W, b: Tensor = B, style: str = "") -> None:
    """`change(g, x, w, b, dx, dw, db)` makes the wrong gradients."""
    add(
        name,
        labels,
        dense,
        dense_back,
        lambda g, x, w, b: change(g, x, w, b, *dense_back(g, x, w, b)),
        X,
        w,
        b,
        style=style,
    )


layer("weight gradient transposed", "transposed", lambda g, x, w, b, dx, dw, db: (dx, dw.T, db), SQUARE, rand(5))
layer("weight gradient reshaped", "transposed", lambda g, x, w, b, dx, dw, db: (dx, dw.T.reshape(dw.shape), db))
layer("weight gradient of the other shape", "shape", lambda g, x, w, b, dx, dw, db: (dx, dw.T, db), style="pair")
layer("bias gradient not summed", "shape", lambda g, x, w, b, dx, dw, db: (dx, dw, g), style="pair")
layer("bias gradient averaged", "ratio sum", lambda g, x, w, b, dx, dw, db: (dx, dw, g.mean(0)))
layer("bias gradient of the last row", "sum", lambda g, x, w, b, dx, dw, db: (dx, dw, g[-1]))
layer("bias gradient forgotten", "zero", lambda g, x, w, b, dx, dw, db: (dx, dw, torch.zeros_like(b)))
layer("weight gradient not averaged", "ratio", lambda g, x, w, b, dx, dw, db: (dx, dw * len(x), db))
layer("weight gradient with the wrong sign", "sign", lambda g, x, w, b, dx, dw, db: (dx, -dw, db))
layer(
    "input gradient by W instead of its transpose",
    "path matmul",
    lambda g, x, w, b, dx, dw, db: (g @ w, dw, db),
    SQUARE,
    rand(5),
)
layer("weight decay in the backward", "nonlinear decay", lambda g, x, w, b, dx, dw, db: (dx, dw + 0.01 * w, db))
layer(
    "last column forgotten",
    "slice",
    lambda g, x, w, b, dx, dw, db: (dx, torch.cat([dw[:, :-1], 0 * dw[:, -1:]], 1), db),
)
layer("first row doubled", "slice", lambda g, x, w, b, dx, dw, db: (dx, torch.cat([2 * dw[:1], dw[1:]]), db))
layer("grad_output clipped", "nonlinear", lambda g, x, w, b, dx, dw, db: dense_back(g.clamp(-1, 1), x, w, b))
layer("grad_output clipped far out", "nonlinear", lambda g, x, w, b, dx, dw, db: dense_back(g.clamp(-50, 50), x, w, b))
layer("grad_output ignored", "ignores", lambda g, x, w, b, dx, dw, db: dense_back(torch.ones_like(g), x, w, b))
layer("grad_output normalised", "nonlinear", lambda g, x, w, b, dx, dw, db: dense_back(g / g.norm(), x, w, b))
layer(
    "grad_output summed first",
    "path cotangent",
    lambda g, x, w, b, dx, dw, db: dense_back(g.mean(0, keepdim=True).expand_as(g), x, w, b),
)
layer(
    "input centred for the weights",
    "path slice-factor mean",
    lambda g, x, w, b, dx, dw, db: (dx, (x - x.mean(0)).T @ g, db),
)
layer(
    "one weight doubled",
    "single",
    lambda g, x, w, b, dx, dw, db: (dx, dw * (1 + (torch.arange(20).view(5, 4) == 7)), db),
)
add(
    "swapped gradients",
    "swapped",
    lambda a, b: a.sin() * b.exp(),
    lambda g, a, b: (g * a.cos() * b.exp(), g * a.sin() * b.exp()),
    lambda g, a, b: (g * a.sin() * b.exp(), g * a.cos() * b.exp()),
    X,
    rand(6, 5, seed=1),
)
add(
    "product rule forgotten",
    "path zero",
    lambda x: x * x.sin(),
    lambda g, x: g * (x.sin() + x * x.cos()),
    lambda g, x: g * x * x.cos(),
    X,
)
add(
    "skip branch forgotten",
    "skip path",
    lambda x: x + (2 * x).tanh() * x.flip(0),
    autograd(lambda x: x + (2 * x).tanh() * x.flip(0)),
    lambda g, x: autograd(lambda x: x + (2 * x).tanh() * x.flip(0))(g, x)[0] - g,
    X,
)
add(
    "skip branch twice",
    "skip path",
    lambda x: x + x.roll(1, 0).sin() * x,
    autograd(lambda x: x + x.roll(1, 0).sin() * x),
    lambda g, x: autograd(lambda x: x + x.roll(1, 0).sin() * x)(g, x)[0] + g,
    X,
)

# losses: a scalar, from scores (N, C) and targets
T = torch.tensor([0, 1, 2, 3, 4, 0])
HOT = F.one_hot(T, 5).to(D)
Y = rand(6, 5, seed=9)


def mse(x: Tensor, y: Tensor) -> Tensor:
    return ((x - y) ** 2).mean()


def mse_back(g: Tensor, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    d = 2 * (x - y) / x.numel() * g
    return d, -d


def loss(name: str, labels: str, forward: Fn, right: Fn, wrong: Fn, *inputs: Tensor) -> None:
    add(name, labels, forward, right, wrong, *inputs)


loss("mse without 2", "ratio", mse, mse_back, lambda g, x, y: tuple(d / 2 for d in mse_back(g, x, y)), X, Y)
loss("mse without 1/N", "ratio", mse, mse_back, lambda g, x, y: tuple(d * x.numel() for d in mse_back(g, x, y)), X, Y)
loss(
    "mse averaged over the batch only",
    "ratio",
    mse,
    mse_back,
    lambda g, x, y: tuple(d * 5 for d in mse_back(g, x, y)),
    X,
    Y,
)
loss("mse with target - prediction", "sign", mse, mse_back, lambda g, x, y: tuple(-d for d in mse_back(g, x, y)), X, Y)
loss("mse, gradient of the target not turned", "sign", mse, mse_back, lambda g, x, y: (mse_back(g, x, y)[0],) * 2, X, Y)


def ce(x: Tensor) -> Tensor:
    return F.cross_entropy(x, T)


loss(
    "cross entropy without the target",
    "path subset-offset constant mask-missing",
    ce,
    lambda g, x: g * (x.softmax(1) - HOT) / 6,
    lambda g, x: g * x.softmax(1) / 6,
    X,
)
loss(
    "cross entropy without 1/N",
    "ratio",
    ce,
    lambda g, x: g * (x.softmax(1) - HOT) / 6,
    lambda g, x: g * (x.softmax(1) - HOT),
    X,
)
loss(
    "cross entropy with the wrong sign",
    "sign",
    ce,
    lambda g, x: g * (x.softmax(1) - HOT) / 6,
    lambda g, x: g * (HOT - x.softmax(1)) / 6,
    X,
)
loss(
    "cross entropy, softmax over the batch",
    "path dim",
    ce,
    lambda g, x: g * (x.softmax(1) - HOT) / 6,
    lambda g, x: g * (x.softmax(0) - HOT) / 6,
    X,
)
loss(
    "cross entropy, target shifted",
    "path mask-wrong subset subset-offset",
    ce,
    lambda g, x: g * (x.softmax(1) - HOT) / 6,
    lambda g, x: g * (x.softmax(1) - HOT.roll(1, 1)) / 6,
    X,
)
loss(
    "binary cross entropy of probabilities, no 1/(1-p)",
    "path",
    lambda p: F.binary_cross_entropy(p, HOT),
    lambda g, p: g * (p - HOT) / (p * (1 - p)) / 30,
    lambda g, p: g * (p - HOT) / 30,
    S(X),
)
loss(
    "huber without its linear part",
    "subset path mask-missing clipped",
    lambda x: F.huber_loss(x, Y),
    lambda g, x: g * (x - Y).clamp(-1, 1) / 30,
    lambda g, x: g * (x - Y) / 30,
    X,
)
loss(
    "hinge without its mask",
    "mask-missing path",
    lambda x: (1 - x * Y.sign()).relu().sum(),
    lambda g, x: g * -Y.sign() * (x * Y.sign() < 1),
    lambda g, x: g * -Y.sign(),
    2 * X,
)
loss(
    "l1 by the value",
    "path",
    lambda x: (x - Y).abs().mean(),
    lambda g, x: g * (x - Y).sign() / 30,
    lambda g, x: g * (x - Y) / 30,
    X,
)
loss(
    "log-sum-exp not normalised",
    "slice-factor path",
    lambda x: x.logsumexp(1),
    lambda g, x: g[:, None] * x.softmax(1),
    lambda g, x: g[:, None] * x.exp(),
    X,
)


# softmax
def softmax_back(g: Tensor, x: Tensor) -> Tensor:
    y = x.softmax(1)
    return y * (g - (g * y).sum(1, keepdim=True))


add(
    "softmax without cross terms",
    "derivative path",
    lambda x: x.softmax(1),
    softmax_back,
    lambda g, x: g * x.softmax(1) * (1 - x.softmax(1)),
    X,
)
add(
    "softmax without the sum", "derivative path", lambda x: x.softmax(1), softmax_back, lambda g, x: g * x.softmax(1), X
)
add(
    "softmax, sum over the batch",
    "path dim",
    lambda x: x.softmax(1),
    softmax_back,
    lambda g, x: x.softmax(1) * (g - (g * x.softmax(1)).sum(0, keepdim=True)),
    X,
)
add(
    "softmax, sum not weighted",
    "path",
    lambda x: x.softmax(1),
    softmax_back,
    lambda g, x: x.softmax(1) * (g - g.sum(1, keepdim=True)),
    X,
)
add(
    "log-softmax without softmax",
    "identity path",
    lambda x: x.log_softmax(1),
    lambda g, x: g - x.softmax(1) * g.sum(1, keepdim=True),
    lambda g, x: g,
    X,
)
add(
    "log-softmax, mean for sum",
    "path",
    lambda x: x.log_softmax(1),
    lambda g, x: g - x.softmax(1) * g.sum(1, keepdim=True),
    lambda g, x: g - x.softmax(1) * g.mean(1, keepdim=True),
    X,
)

# normalisation
GAMMA = rand(5).abs() + 0.3


def norm(x: Tensor, w: Tensor, dim: int = 1, eps: float = 1e-2) -> Tensor:
    c = x - x.mean(dim, keepdim=True)
    return c / (c.pow(2).mean(dim, keepdim=True) + eps).sqrt() * w


def norm_back(
    g: Tensor, x: Tensor, w: Tensor, dim: int = 1, mean: float = 1, var: float = 1, eps: float = 1e-2
) -> tuple[Tensor, Tensor]:
    c = x - x.mean(dim, keepdim=True)
    s = (c.pow(2).mean(dim, keepdim=True) + eps).sqrt()
    n, u = c / s, g * w
    return (u - mean * u.mean(dim, keepdim=True) - var * n * (u * n).mean(dim, keepdim=True)) / s, (g * n).sum(0)


add(
    "layer norm without the mean path",
    "mean path",
    norm,
    norm_back,
    lambda g, x, w: norm_back(g, x, w, mean=0),
    X,
    GAMMA,
)
add(
    "layer norm without the variance path", "path", norm, norm_back, lambda g, x, w: norm_back(g, x, w, var=0), X, GAMMA
)
add(
    "layer norm without both",
    "path mean slice-factor",
    norm,
    norm_back,
    lambda g, x, w: norm_back(g, x, w, mean=0, var=0),
    X,
    GAMMA,
)
add(
    "layer norm, eps outside of the root",
    "slice-factor path",
    norm,
    norm_back,
    lambda g, x, w: (
        norm_back(g, x, w)[0]
        * ((x - x.mean(1, keepdim=True)).pow(2).mean(1, keepdim=True) + 1e-2).sqrt()
        / (x.var(1, correction=0, keepdim=True).sqrt() + 1e-2),
        norm_back(g, x, w)[1],
    ),
    X,
    GAMMA,
)
add(
    "layer norm, gamma forgotten in dx",
    "path slice-factor",
    norm,
    norm_back,
    lambda g, x, w: (norm_back(g, x, torch.ones_like(w))[0], norm_back(g, x, w)[1]),
    X,
    GAMMA,
)
add(
    "batch norm taken for constant statistics",
    "path mean slice-factor",
    lambda x, w: norm(x, w, 0),
    lambda g, x, w: norm_back(g, x, w, 0),
    lambda g, x, w: norm_back(g, x, w, 0, mean=0, var=0),
    X,
    GAMMA,
)
add(
    "batch norm divided by n - 1",
    "path slice-factor",
    lambda x, w: norm(x, w, 0),
    lambda g, x, w: norm_back(g, x, w, 0),
    lambda g, x, w: norm_back(g, x, w, 0, var=6 / 5),
    X,
    GAMMA,
)
add(
    "gamma gradient of raw inputs",
    "path mean",
    norm,
    norm_back,
    lambda g, x, w: (norm_back(g, x, w)[0], (g * x).sum(0)),
    X,
    GAMMA,
)
add(
    "l2 norm without projection",
    "slice-factor path",
    lambda x: x / x.norm(dim=1, keepdim=True),
    autograd(lambda x: x / x.norm(dim=1, keepdim=True)),
    lambda g, x: g / x.norm(dim=1, keepdim=True),
    X,
)
add(
    "variance with n instead of n - 1",
    "ratio",
    lambda x: x.var(0),
    autograd(lambda x: x.var(0)),
    lambda g, x: 2 * g * (x - x.mean(0)) / 6,
    X,
)

# convolution
IMAGE, KERNEL = rand(2, 2, 6, 6), rand(3, 2, 3, 3)


def conv(x: Tensor, k: Tensor) -> Tensor:
    return F.conv2d(x, k, padding=1)


def conv_back(g: Tensor, x: Tensor, k: Tensor) -> tuple[Tensor, Tensor]:
    dx = torch.nn.grad.conv2d_input(x.shape, k, g, padding=1)
    return dx, torch.nn.grad.conv2d_weight(x, k.shape, g, padding=1)


def convolution(name: str, labels: str, change: Callable[..., Any]) -> None:
    add(name, labels, conv, conv_back, lambda g, x, k: change(g, x, k, *conv_back(g, x, k)), IMAGE, KERNEL)


convolution("kernel gradient flipped", "flipped", lambda g, x, k, dx, dk: (dx, dk.flip((2, 3))))
convolution(
    "input gradient by the flipped kernel",
    "path flipped kernel",
    lambda g, x, k, dx, dk: (conv_back(g, x, k.flip((2, 3)))[0], dk),
)
convolution("input gradient shifted", "shifted", lambda g, x, k, dx, dk: (F.pad(dx, (1, 0, 1, 0))[..., :-1, :-1], dk))
convolution("border dropped", "border", lambda g, x, k, dx, dk: (F.pad(dx[..., 1:-1, 1:-1], (1, 1, 1, 1)), dk))
convolution(
    "channels of the kernel transposed",
    "transposed",
    lambda g, x, k, dx, dk: (dx, dk.transpose(0, 1).reshape(dk.shape)),
)
convolution("kernel gradient averaged over the batch", "ratio", lambda g, x, k, dx, dk: (dx, dk / 2))
convolution("first example only", "path sum", lambda g, x, k, dx, dk: (dx, conv_back(g[:1], x[:1], k)[1]))
convolution("rows and columns of the kernel exchanged", "transposed", lambda g, x, k, dx, dk: (dx, dk.transpose(2, 3)))


# pooling
def every(g: Tensor) -> Tensor:
    return g.repeat_interleave(2, 2).repeat_interleave(2, 3)


POOL = IMAGE.contiguous()
add(
    "average pool without 1/4",
    "ratio",
    lambda x: F.avg_pool2d(x, 2),
    lambda g, x: every(g) / 4,
    lambda g, x: every(g),
    POOL,
)
add(
    "max pool to the whole window",
    "mask-missing",
    lambda x: F.max_pool2d(x, 2),
    autograd(lambda x: F.max_pool2d(x, 2)),
    lambda g, x: every(g),
    POOL,
)
add(
    "max pool to the first of the window",
    "mask-wrong order",
    lambda x: F.max_pool2d(x, 2),
    autograd(lambda x: F.max_pool2d(x, 2)),
    lambda g, x: every(g) * torch.tensor([[1.0, 0], [0, 0]]).repeat(3, 3),
    POOL,
)
add(
    "max pool of ties, all get all",
    "tie",
    lambda x: F.max_pool2d(x, 2),
    autograd(lambda x: F.max_pool2d(x, 2)),
    lambda g, x: every(g) * (x == every(F.max_pool2d(x, 2))),
    POOL.round(),
)
add(
    "maximum, both get all at ties",
    "tie",
    torch.maximum,
    lambda g, a, b: (g * (a >= b), g * (a < b)),
    lambda g, a, b: (g * (a >= b), g * (a <= b)),
    X.round(),
    X.round() + torch.tensor([0.0, 1, 0, -1, 0]),
)
add(
    "relu at zero, outside",
    "kink single subset",
    torch.relu,
    lambda g, x: g * (x > 0),
    lambda g, x: g * ((x > 0) + 2.0 * (x == 0)),
    X * (X.abs() > 0.5),
)

# recurrent nets, written out: h_t = tanh(x_t W + h U)
STEPS, WX, WH = rand(4, 3, 5, seed=2), 0.5 * rand(5, 4, seed=4), 0.5 * rand(4, 4, seed=5)


def rnn(x: Tensor, w: Tensor, u: Tensor) -> Tensor:
    h = torch.zeros(x.shape[1], u.shape[0], dtype=x.dtype)
    states = []
    for step in x:
        h = torch.tanh(step @ w + h @ u)
        states.append(h)
    return torch.stack(states)


def rnn_back(g: Tensor, x: Tensor, w: Tensor, u: Tensor, bug: str = "") -> tuple[Tensor, Tensor, Tensor]:
    hs = [torch.zeros_like(g[0]), *rnn(x, w, u)]
    dx, dw, du, carry = torch.zeros_like(x), torch.zeros_like(w), torch.zeros_like(u), torch.zeros_like(g[0])
    for t in reversed(range(len(x))):
        dh = g[t] + (0 if bug == "no carry" else carry)
        dz = dh * (1 if bug == "no tanh" and t == 0 else 1 - hs[t + 1] ** 2)
        if not (bug == "last" and t == len(x) - 1):
            dx[t], dw = dz @ w.T, dw + x[t].T @ dz
            du = du + (hs[t + 1] if bug == "own state" else hs[t]).T @ dz
        carry = dz @ (u if bug == "transposed" else u.T)
    return dx, (dx * 0).sum() + dw, du


def recurrent(name: str, labels: str, bug: str) -> None:
    add(name, labels, rnn, rnn_back, lambda g, x, w, u: rnn_back(g, x, w, u, bug), STEPS, WX, WH)


recurrent("recurrent net, nothing carried back", "path", "no carry")
recurrent("recurrent net, last step dropped", "slice path", "last")
recurrent("recurrent net, tanh forgotten at the first step", "slice path", "no tanh")
recurrent("recurrent net, state of the wrong step", "path", "own state")
recurrent("recurrent net, U not transposed", "path matmul", "transposed")

# attention
Q, K, V = rand(4, 6, seed=6), rand(4, 6, seed=7), rand(4, 6, seed=8)


def attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    return (q @ k.T / math.sqrt(6)).softmax(1) @ v


def attention_back(g: Tensor, q: Tensor, k: Tensor, v: Tensor, bug: str = "") -> tuple[Tensor, Tensor, Tensor]:
    p = (q @ k.T / math.sqrt(6)).softmax(1)
    dp = g @ v.T
    ds = p * (dp - (0 if bug == "cross" else (dp * p).sum(1, keepdim=True)))
    ds = ds / (1 if bug == "scale" else math.sqrt(6))
    return ds @ k, (ds if bug == "transposed" else ds.T) @ q, (p if bug == "values" else p.T) @ g


for bug, labels in (("scale", "ratio"), ("cross", "path"), ("transposed", "path matmul"), ("values", "path matmul")):
    add(
        f"attention: {bug}",
        labels,
        attention,
        attention_back,
        lambda g, q, k, v, bug=bug: attention_back(g, q, k, v, bug),
        Q,
        K,
        V,
    )

# indices
ROWS = torch.tensor([0, 2, 2, 5, 2])
add(
    "repeated rows overwritten",
    "path subset slice",
    lambda w: w[ROWS],
    lambda g, w: torch.zeros_like(w).index_add(0, ROWS, g),
    lambda g, w: torch.zeros_like(w).index_copy(0, ROWS, g),
    X,
)
add(
    "rows scattered one off",
    "shifted order mask-wrong",
    lambda w: w[ROWS],
    lambda g, w: torch.zeros_like(w).index_add(0, ROWS, g),
    lambda g, w: torch.zeros_like(w).index_add(0, (ROWS + 1) % 6, g),
    X,
)
add(
    "cumulative sum not reversed",
    "path",
    lambda x: x.cumsum(0),
    lambda g, x: g.flip(0).cumsum(0).flip(0),
    lambda g, x: g.cumsum(0),
    X,
)
add(
    "sort not undone",
    "order identity",
    lambda x: x.sort(0).values,
    autograd(lambda x: x.sort(0).values),
    lambda g, x: g,
    X,
)
add(
    "roll in the wrong direction",
    "shifted",
    lambda x: x.roll(1, 0),
    lambda g, x: g.roll(-1, 0),
    lambda g, x: g.roll(1, 0),
    X,
)
add("flip not undone", "flipped identity", lambda x: x.flip(0), lambda g, x: g.flip(0), lambda g, x: g, X)
add("transpose not undone", "transposed identity", lambda x: x.T * 1, lambda g, x: g.T, lambda g, x: g, SQUARE)
add("pad shifted", "shifted", lambda x: F.pad(x, (1, 2)), lambda g, x: g[:, 1:-2], lambda g, x: g[:, 2:-1], X)
add(
    "concatenation in the wrong order",
    "swapped",
    lambda a, b: torch.cat([a, b]),
    lambda g, a, b: (g[:6], g[6:]),
    lambda g, a, b: (g[6:], g[:6]),
    X,
    Y,
)
add(
    "where with the mask inverted",
    "mask-wrong swapped",
    lambda a, b: torch.where(a > b, a, b),
    lambda g, a, b: (g * (a > b), g * (a <= b)),
    lambda g, a, b: (g * (a <= b), g * (a > b)),
    X,
    Y,
)
add(
    "broadcast column not summed",
    "shape",
    lambda x, c: x * c,
    lambda g, x, c: (g * c, (g * x).sum(1, keepdim=True)),
    lambda g, x, c: (g * c, g * x),
    X,
    rand(6, 1),
    style="pair",
)
add(
    "mean taken for sum",
    "ratio",
    lambda x: x.sum(1),
    lambda g, x: g[:, None].expand_as(x),
    lambda g, x: g[:, None].expand_as(x) / 5,
    X,
)
add(
    "halves exchanged",
    "halves shifted",
    lambda x: x[:, :4].sin(),
    lambda g, x: F.pad(g * x[:, :4].cos(), (0, 0)),
    lambda g, x: (g * x.cos()).roll(2, 1),
    rand(6, 4),
)
add(
    "outer product transposed",
    "transposed path",
    lambda a: a @ a.T,
    lambda g, a: (g + g.T) @ a,
    lambda g, a: 2 * g @ a,
    X,
    style="pair",
)
add(
    "determinant without cofactors",
    "transposed path",
    lambda a: torch.linalg.det(a),
    lambda g, a: g * torch.linalg.det(a) * torch.linalg.inv(a).T,
    lambda g, a: g * torch.linalg.det(a) * torch.linalg.inv(a),
    SQUARE,
)

# float32
X32 = X.float()
add("float32, one percent", "ratio", torch.sin, lambda g, x: g * x.cos(), lambda g, x: 1.01 * g * x.cos(), X32)
add(
    "float32, one element",
    "single",
    torch.sin,
    lambda g, x: g * x.cos(),
    lambda g, x: g * x.cos() * (1 + 0.02 * (torch.arange(30).view(6, 5) == 4)),
    X32,
)
add(
    "float32, computed in half precision",
    "precision",
    torch.sin,
    lambda g, x: g * x.cos(),
    lambda g, x: (g.half() * x.half().cos()).float(),
    X32,
)
add(
    "float32 layer norm without the mean path",
    "mean path",
    norm,
    norm_back,
    lambda g, x, w: norm_back(g, x, w, mean=0),
    X32,
    GAMMA.float(),
)


def changes_cotangent(g: Tensor, x: Tensor) -> Tensor:
    g *= x > 0
    return g


add(
    "grad_output changed in place",
    "inplace",
    torch.relu,
    lambda g, x: g * (x > 0),
    changes_cotangent,
    X,
    style="function",
)
add(
    "gradient by chance",
    "nondeterministic",
    torch.sin,
    lambda g, x: g * x.cos(),
    lambda g, x: g * x.cos() * (1 + 0.01 * torch.randn_like(x)),
    X,
)


def main() -> None:
    """Print what is missed, and the score."""
    torch.set_num_threads(1)
    both = named = 0
    for entry in ENTRIES:
        right, wrong = (check(fn, x, backward=b) for fn, x, b in (entry.case(False), entry.case(True)))
        judged = right.verdict == "right" and wrong.verdict == "wrong"
        hinted = bool(wrong.hints) and wrong.hints[0].code in entry.labels.split()
        both, named = both + judged, named + hinted
        if not (judged and hinted):
            print(f"{entry.name}: right {right.verdict}, wrong {wrong}")
    print(f"{both} of {len(ENTRIES)} pairs both right; first hint right for {named}")


if __name__ == "__main__":
    main()
