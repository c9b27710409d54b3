"""What a data set is once it is made: arrays of rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Inputs = NDArray[np.float32] | NDArray[np.int64]
Targets = NDArray[np.int64] | NDArray[np.float32]


class DataError(Exception):
    """A data set that is not there or not what it should be: one sentence."""


@dataclass(frozen=True, eq=False)
class Data:
    """Rows to train on and, where there are any, rows held out."""

    train_x: Inputs
    """(n, …), measured numbers; whole ones where they are places in a vocabulary."""
    train_y: Targets
    """(n,), class indices from 0 as int64, or numbers as float32. The perceptron loss reads class 1 as +1 and class 0
    as -1. Where the inputs are their own target: 0 throughout, as int64."""
    test_x: Inputs | None = None
    test_y: Targets | None = None
    centres: NDArray[np.float32] | None = None
    """(k, d), the middles of the clouds that the rows were drawn from, for sets on which a generator is judged."""

    @property
    def classes(self) -> int:
        """0 where the target is a number, or the inputs themselves."""
        if self.train_y.dtype != np.int64 or not self.train_y.any():
            return 0
        return int(self.train_y.max()) + 1

    @property
    def points(self) -> bool:
        """Are the rows points on a line or in a plane?"""
        return self.train_x.ndim == 2 and self.train_x.shape[1] <= 2 and self.train_x.dtype != np.int64
