"""One optimiser for several models in one buffer, each with its own learning rate and weight decay."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import torch
from msgspec.structs import replace
from torch import Tensor

from dltui.engine.flat import Flat
from dltui.engine.optimizer import make
from dltui.engine.schedule import Rate, schedule
from dltui.lesson.records import Optimizer


class StackUpdate:
    """The ordinary optimiser, once for all: it moves a buffer of zeros at a rate of 1, and each model follows it at its
    own. Where all rates are equal it moves the models themselves.

    owners: for each value the number of its model. The records agree in all but rate and weight decay.
    """

    def __init__(
        self, values: Tensor, grads: Tensor, owners: Tensor, records: Sequence[Optimizer], steps: int
    ) -> None:
        self._values, self._grads, self._owners = values, grads, owners
        self._rates = [schedule(record, steps) for record in records]
        self._even = all(record == records[0] for record in records)
        self._moves = values if self._even else torch.zeros_like(values)
        self._decoupled = records[0].kind == "adamw"
        self._decay = torch.tensor([record.weight_decay for record in records])[owners]
        self._decays = not self._even and any(record.weight_decay for record in records)
        self._constant = records[0].schedule == "constant"
        self._lr = self._spread(0)
        one = records[0] if self._even else replace(records[0], weight_decay=0.0)
        self._update = make(one, Flat(self._moves, grads, {}))

    def step(self, step: int, bad: Collection[int]) -> None:
        """Change the values by the gradients, those of the models in `bad` not."""
        before = self._values.clone() if bad else None
        rate = self._rates[0](step)
        if self._even:
            self._update.step(rate)
        else:
            self._follow(step, rate)
        if before is not None:
            still = torch.isin(self._owners, torch.tensor(sorted(bad)))
            self._values.copy_(torch.where(still, before, self._values))

    def _follow(self, step: int, rate: Rate) -> None:
        lr = self._lr if self._constant else self._spread(step)
        if self._decays and self._decoupled:
            self._values.mul_(1 - lr * self._decay)
        elif self._decays:
            self._grads.addcmul_(self._values, self._decay)
        self._update.step(Rate(1.0, rate.momentum))
        self._values.addcmul_(self._moves, lr)
        self._moves.zero_()

    def _spread(self, step: int) -> Tensor:
        """The learning rate of each value."""
        return torch.tensor([rate(step).lr for rate in self._rates])[self._owners]

    @property
    def state(self) -> dict[str, Tensor]:
        """What the optimiser keeps, by name: one number, or one for each value."""
        return self._update.state
