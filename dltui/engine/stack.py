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
from torch import Tensor

from dltui.engine.backprop import LOSSES, Backprop, parts
from dltui.engine.batches import Batches
from dltui.engine.session import Session
from dltui.engine.stackupdate import StackUpdate
from dltui.lesson.records import Optimizer


class Stack:
    """Sessions on the CPU that `stackable.alike` found equal, all at the same step; `orders` says which of them take
    their rows in the same order."""

    def __init__(self, sessions: Sequence[Session], records: Sequence[Optimizer], orders: Sequence[int]) -> None:
        self._sessions = list(sessions)
        values, grads, owners = self._pile()
        self._update = StackUpdate(values, grads, owners, records, sessions[0].steps)
        if sessions[0].step:
            self._exchange(lambda whole, own: whole.copy_(own))
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
        blocks, slopes, whose = self._blocks(values), self._blocks(grads), self._blocks(owners)
        for name, block in blocks.items():
            for row, session in enumerate(self._sessions):
                parameter = session.model.get_parameter(name)
                block[row].copy_(parameter.detach())
                parameter.data, parameter.grad = block[row], slopes[name][row]
                whose[name][row] = row
        session = self._sessions[0]
        self._backprop = Backprop(parts(session.model, blocks, slopes), LOSSES[session.objective.kind])
        return values, grads, owners

    def advance(self, until: int, halted: Callable[[], bool]) -> tuple[Tensor, set[int]]:
        """Train until step `until`, or until `halted`, or until the loss of a model is not finite; the losses (steps,
        models), and which models they are. Those do not take that step."""
        step, found = self._sessions[0].step, list[Tensor]()
        bad = set[int]()
        while step < until and not bad:
            losses = self._losses()
            found.append(losses)
            if not isfinite(losses.sum().item()):
                bad = {row for row, loss in enumerate(losses.tolist()) if not isfinite(loss)}
            self._update.step(step, bad)
            step += 1
            if halted():
                break
        for row, session in enumerate(self._sessions):
            session.step = step - (row in bad)
        return torch.stack(found), bad

    def _losses(self) -> Tensor:
        """(models,)"""
        return self._backprop.losses(*self._rows())

    def _rows(self) -> tuple[Tensor, Tensor]:
        """Inputs (models, n, in) and targets of the next step."""
        pairs = [batches.take() for batches in self._batches]
        if len(pairs) == 1:
            x, y = pairs[0]
            return x.flatten(1).expand(len(self), -1, -1), y
        rows = [pairs[place] for place in self._places]
        return torch.stack([x for x, _ in rows]).flatten(2), torch.stack([y for _, y in rows])

    def classes(self, x: Tensor) -> Tensor:
        """(n, …) -> (models, n): what each model takes each row for."""
        outputs = self._backprop.forward(x.flatten(1).expand(len(self), -1, -1))
        return self._sessions[0].objective.classes(outputs.flatten(0, 1)).view(len(self), -1)

    def without(self, rows: Iterable[int]) -> Stack | None:
        """A stack of the other models, from where they are; None where none is left."""
        kept = [row for row in range(len(self)) if row not in set(rows)]
        if not kept:
            return None
        self.settle()
        return Stack([self._sessions[row] for row in kept], [self._records[row] for row in kept],
                     [self._orders[row] for row in kept])  # fmt: skip

    def settle(self) -> None:
        """Give each session back what the optimiser keeps of it: its state is whole then."""
        self._exchange(lambda whole, own: own.copy_(whole))

    def _exchange(self, move: Callable[[Tensor, Tensor], object]) -> None:
        """For all that the optimiser keeps: its place here, and its place in the session."""
        for name, whole in self._update.state.items():
            blocks = self._blocks(whole) if whole.ndim else {}
            for row, session in enumerate(self._sessions):
                own = session.update.state[name]
                if not whole.ndim:
                    move(whole, own)
                for layer, view in (session.flat.named(own) if blocks else {}).items():
                    move(blocks[layer][row], view)

    def _blocks(self, buffer: Tensor) -> dict[str, Tensor]:
        """A buffer of all models as views (models, …), by the names of the parameters."""
        blocks, start = {}, 0
        for name, (_, shape) in self._sessions[0].flat.places.items():
            end = start + len(self) * shape.numel()
            blocks[name] = buffer[start:end].view(len(self), *shape)
            start = end
        return blocks
