"""SGD, Adam, AdamW, RMSProp and Adagrad on flat buffers, with the arithmetic and the defaults of `torch.optim`. The
buffers take no part in autograd.

Not `torch.optim` itself: making one of its optimisers imports the compiler of PyTorch, which costs as much as importing
torch, and its step costs a tiny net more than forward and backward together. Tests hold the results against it.
"""

from __future__ import annotations

import torch
from torch import Tensor

from dltui.engine.flat import Flat
from dltui.engine.schedule import Rate
from dltui.lesson.records import Optimizer

EPSILON = 1e-8
ADAGRAD_EPSILON = 1e-10
CLIP_EPSILON = 1e-6
SMOOTHING = 0.99
"""RMSProp's `alpha`."""


class Update:
    """One optimiser. `state` holds its tensors by name, for checkpoints."""

    def __init__(self, flat: Flat) -> None:
        self.flat = flat
        self.state: dict[str, Tensor] = {}

    def step(self, rate: Rate) -> None:
        """Change the values by the gradients."""
        raise NotImplementedError

    def _buffer(self, name: str) -> Tensor:
        self.state[name] = torch.zeros_like(self.flat.values)
        return self.state[name]


class Sgd(Update):
    def __init__(self, flat: Flat, weight_decay: float, momentum: bool, nesterov: bool = False) -> None:
        super().__init__(flat)
        self._decay = weight_decay
        self._velocity = self._buffer("velocity") if momentum else None
        self._nesterov = nesterov

    def step(self, rate: Rate) -> None:
        grads = _decayed(self.flat, self._decay)
        if self._velocity is not None:
            velocity = self._velocity.mul_(rate.momentum).add_(grads)
            grads = grads.add(velocity, alpha=rate.momentum) if self._nesterov else velocity
        self.flat.values.add_(grads, alpha=-rate.lr)


class Adam(Update):
    """Kingma & Ba 2015; with `decoupled`, AdamW of Loshchilov & Hutter 2019."""

    def __init__(self, flat: Flat, weight_decay: float, beta2: float, decoupled: bool) -> None:
        super().__init__(flat)
        self._decay = weight_decay
        self._beta2 = beta2
        self._call = torch._fused_adamw_ if decoupled else torch._fused_adam_
        self.state["count"] = torch.zeros((), device=flat.values.device)
        self._lists = [[flat.values], [flat.grads], [self._buffer("mean")], [self._buffer("square")], []]
        self._lists.append([self.state["count"]])

    def step(self, rate: Rate) -> None:
        self.state["count"].add_(1)
        self._call(*self._lists, lr=rate.lr, beta1=rate.momentum, beta2=self._beta2, weight_decay=self._decay,
                   eps=EPSILON, amsgrad=False, maximize=False)


class RmsProp(Update):
    def __init__(self, flat: Flat, weight_decay: float, momentum: bool) -> None:
        super().__init__(flat)
        self._decay = weight_decay
        self._square = self._buffer("square")
        self._velocity = self._buffer("velocity") if momentum else None

    def step(self, rate: Rate) -> None:
        grads = _decayed(self.flat, self._decay)
        self._square.mul_(SMOOTHING).addcmul_(grads, grads, value=1 - SMOOTHING)
        scale = self._square.sqrt().add_(EPSILON)
        if self._velocity is None:
            self.flat.values.addcdiv_(grads, scale, value=-rate.lr)
        else:
            self.flat.values.add_(self._velocity.mul_(rate.momentum).addcdiv_(grads, scale), alpha=-rate.lr)


class Adagrad(Update):
    """Duchi, Hazan & Singer 2011."""

    def __init__(self, flat: Flat, weight_decay: float) -> None:
        super().__init__(flat)
        self._decay = weight_decay
        self._sum = self._buffer("sum")

    def step(self, rate: Rate) -> None:
        grads = _decayed(self.flat, self._decay)
        self._sum.addcmul_(grads, grads)
        self.flat.values.addcdiv_(grads, self._sum.sqrt().add_(ADAGRAD_EPSILON), value=-rate.lr)


class Clipped(Update):
    """Another optimiser behind a limit for the length of the whole gradient, as `torch.nn.utils.clip_grad_norm_`."""

    def __init__(self, inner: Update, limit: float) -> None:
        super().__init__(inner.flat)
        self._inner = inner
        self._limit = limit
        self.state = inner.state

    def step(self, rate: Rate) -> None:
        grads = self.flat.grads
        grads.mul_((self._limit / (grads.norm() + CLIP_EPSILON)).clamp(max=1.0))
        self._inner.step(rate)


def make(record: Optimizer, flat: Flat) -> Update:
    """The optimiser that a lesson asks for."""
    made = _unclipped(record, flat)
    return made if record.clip is None else Clipped(made, record.clip)


def _unclipped(record: Optimizer, flat: Flat) -> Update:
    if record.kind == "sgd":
        return Sgd(flat, record.weight_decay, record.momentum > 0, record.nesterov)
    if record.kind == "adagrad":
        return Adagrad(flat, record.weight_decay)
    if record.kind == "rmsprop":
        return RmsProp(flat, record.weight_decay, record.momentum > 0)
    return Adam(flat, record.weight_decay, record.betas[1], decoupled=record.kind == "adamw")


def _decayed(flat: Flat, decay: float) -> Tensor:
    return flat.grads.add(flat.values, alpha=decay) if decay else flat.grads
