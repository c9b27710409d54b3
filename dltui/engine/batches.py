"""The order in which rows are trained on: one permutation per epoch, one gather, then slices."""

from __future__ import annotations

import torch
from torch import Generator, Tensor


class Batches:
    """All rows at once, or slices of a permutation that is drawn anew for each epoch.

    The rows left over at the end of an epoch are dropped: every step sees the same number of rows. The permutations
    come from a CPU generator, so every device trains in the same order.
    """

    def __init__(self, x: Tensor, y: Tensor, batch: int, seed: int) -> None:
        self._x, self._y = x, y
        self._batch = min(batch or len(x), len(x))
        self._generator = Generator().manual_seed(seed)
        self._pairs = [(x, y)]
        self.whole = self._batch == len(x)
        """All rows at every step."""
        self.per_epoch = len(x) // self._batch
        self.rows = self._batch
        """Of a step"""
        self._epoch_state = self._generator.get_state()
        """Of the generator before it drew the permutation of this epoch."""
        self._position = self.per_epoch
        """Batches of this epoch that are done; all of them: the next one begins a new epoch."""

    def take(self) -> tuple[Tensor, Tensor]:
        """The rows and targets of the next step."""
        if self.whole:
            return self._pairs[0]
        if self._position == self.per_epoch:
            self._shuffle()
        pair = self._pairs[self._position]
        self._position += 1
        return pair

    def first(self, rows: int) -> tuple[Tensor, Tensor]:
        """The first rows of the training set and their targets, whatever the order of training."""
        return self._x[:rows], self._y[:rows]

    @property
    def last(self) -> tuple[Tensor, Tensor]:
        """What `take` handed out last."""
        return self._pairs[self._position - 1]

    def place(self) -> tuple[Tensor, int]:
        """Where the next batch is: the state of the generator that its epoch is drawn from, and its number in it."""
        if self._position == self.per_epoch:
            return self._generator.get_state(), 0
        return self._epoch_state, self._position

    def restore(self, state: Tensor, position: int) -> None:
        """Go on from a `place`. Raises RuntimeError for a state that is none."""
        self._generator.set_state(state)
        self._position = self.per_epoch
        if position and not self.whole:
            self._shuffle()
            self._position = position

    def _shuffle(self) -> None:
        self._epoch_state = self._generator.get_state()
        order = torch.randperm(len(self._x), generator=self._generator).to(self._x.device)
        order = order[: self.per_epoch * self._batch]
        self._pairs = list(zip(self._x[order].split(self._batch), self._y[order].split(self._batch), strict=True))
        self._position = 0
