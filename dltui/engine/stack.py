"""Several small networks trained as one: the weights of each layer side by side, (models, out, in), so that a step of
all of them costs little more than a step of one.

Each model stays what it is to everybody else: its modules keep views of their part of the shared buffers, so that it
can be looked at and searched for what went wrong like any other. Rates, initial weights and orders of the rows are its
own. Sums are taken in another order than by a model alone: equal to within rounding, not bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import isfinite

import torch
from torch import Tensor, nn
from torch.autograd import Variable
from torch.nn import functional

from dltui.engine.batches import Batches
from dltui.engine.session import Session
from dltui.engine.stackupdate import StackUpdate
from dltui.lesson.records import Optimizer

Layer = Callable[[Tensor], Tensor]


def _cross_entropy(outputs: Tensor, y: Tensor) -> Tensor:
    return functional.cross_entropy(outputs, y, reduction="none")


def _binary(outputs: Tensor, y: Tensor) -> Tensor:
    return functional.binary_cross_entropy_with_logits(outputs, y, reduction="none")


def _mse(outputs: Tensor, y: Tensor) -> Tensor:
    return functional.mse_loss(outputs, y, reduction="none")


def _perceptron(score: Tensor, sign: Tensor) -> Tensor:
    margin = score * sign
    return 0 - margin * (margin <= 0)


LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "cross_entropy": _cross_entropy, "binary_cross_entropy": _binary, "mse": _mse, "perceptron": _perceptron,
}  # fmt: skip
"""Of each row, or of each number of a row, without the mean."""


class Stack:
    """Sessions on the CPU that `stackable.alike` found equal, all at the same step; `orders` says which of them take
    their rows in the same order."""

    def __init__(self, sessions: Sequence[Session], records: Sequence[Optimizer], orders: Sequence[int]) -> None:
        self._sessions = list(sessions)
        self._loss = LOSSES[sessions[0].objective.kind]
        values, grads, owners = self._pile()
        self._grads = grads
        self._update = StackUpdate(values, grads, owners, records, sessions[0].steps)
        self._records = list(records)
        self._orders = [0] * len(sessions) if sessions[0].batches.whole else list(orders)
        first: dict[int, Batches] = {}
        for session, order in zip(sessions, self._orders, strict=True):
            session.batches = first.setdefault(order, session.batches)
        self._batches = list(first.values())
        self._places = [self._batches.index(session.batches) for session in sessions]

    def __len__(self) -> int:
        return len(self._sessions)

    def _pile(self) -> tuple[Tensor, Tensor, Tensor]:
        """Move all weights into one buffer, a layer of all models after the other, and for each say whose it is."""
        named = dict(self._sessions[0].model.named_parameters())
        count, size = len(self), sum(parameter.numel() for parameter in named.values())
        values, grads = torch.zeros(count * size), torch.zeros(count * size)
        owners = torch.empty(count * size, dtype=torch.long)
        stacked, start = {}, 0
        for name, like in named.items():
            end = start + count * like.numel()
            block, grad = (buffer[start:end].view(count, *like.shape) for buffer in (values, grads))
            for row, session in enumerate(self._sessions):
                parameter = session.model.get_parameter(name)
                block[row].copy_(parameter.detach())
                parameter.data, parameter.grad = block[row], grad[row]
            owners[start:end] = torch.arange(count).repeat_interleave(like.numel())
            stacked[name] = block.detach().requires_grad_()
            stacked[name].grad = grad
            start = end
        self._layers = list(_layers(self._sessions[0].model, stacked))
        return values, grads, owners

    def advance(self, until: int, halted: Callable[[], bool]) -> tuple[list[list[float]], set[int]]:
        """Train until step `until`, or until `halted`, or until the loss of a model is not finite; as many losses of
        each model as steps were taken, and which models they are. Those do not take that step."""
        backward, one, grads = Variable._execution_engine.run_backward, torch.ones(()), self._grads
        step, found = self._sessions[0].step, list[Tensor]()
        bad = set[int]()
        while step < until and not bad:
            losses = self._losses()
            total = losses.sum()
            backward((total,), (one,), False, False, (), allow_unreachable=True, accumulate_grad=True)
            found.append(losses.detach())
            if not isfinite(total.item()):
                bad = {row for row, loss in enumerate(found[-1].tolist()) if not isfinite(loss)}
            self._update.step(step, bad)
            grads.zero_()
            step += 1
            if halted():
                break
        for row, session in enumerate(self._sessions):
            session.step = step - (row in bad)
        return torch.stack(found, 1).tolist(), bad

    def _losses(self) -> Tensor:
        """(models,)"""
        pairs = [batches.take() for batches in self._batches]
        if len(pairs) == 1:
            x, y = pairs[0]
            y = y.repeat(len(self), *[1] * (y.ndim - 1))
        else:
            rows = [pairs[place] for place in self._places]
            x, y = torch.stack([x for x, _ in rows]).flatten(2), torch.cat([y for _, y in rows])
        outputs = self._forward(x if len(pairs) > 1 else x.flatten(1).expand(len(self), -1, -1))
        return self._loss(outputs.flatten(0, 1), y).view(len(self), -1).mean(1)

    def _forward(self, x: Tensor) -> Tensor:
        """(models, n, in) -> (models, n, out)"""
        for layer in self._layers:
            x = layer(x)
        return x

    def classes(self, x: Tensor) -> Tensor:
        """(n, …) -> (models, n): what each model takes each row for."""
        with torch.inference_mode():
            outputs = self._forward(x.flatten(1).expand(len(self), -1, -1))
            return self._sessions[0].objective.classes(outputs.flatten(0, 1)).view(len(self), -1)

    def without(self, rows: Iterable[int]) -> Stack | None:
        """A stack of the other models, from where they are; None where none is left."""
        kept = [row for row in range(len(self)) if row not in set(rows)]
        if not kept:
            return None
        state = self._update.state_of(kept)
        smaller = Stack([self._sessions[row] for row in kept], [self._records[row] for row in kept],
                        [self._orders[row] for row in kept])  # fmt: skip
        smaller._update.restore(state)
        return smaller


def _layers(model: nn.Sequential, stacked: dict[str, Tensor]) -> Iterable[Layer]:
    """The layers of one model as functions of (models, n, in); what flattens its inputs has been done."""
    for place, layer in enumerate(model):
        if isinstance(layer, nn.Linear):
            yield _linear(stacked[f"{place}.weight"], stacked.get(f"{place}.bias"))
        elif not isinstance(layer, nn.Flatten):
            yield layer.forward


def _linear(weight: Tensor, bias: Tensor | None) -> Layer:
    across = weight.mT
    if bias is None:
        return lambda x: torch.bmm(x, across)
    row = bias[:, None]
    return lambda x: torch.baddbmm(row, x, across)
