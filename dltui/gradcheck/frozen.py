"""The same world for every call: random numbers start anew, buffers (batch-norm statistics) are put back.

A finite difference compares two calls. What changes between them besides the perturbed element is an error of size 1,
whatever the step: dropout has to draw the same mask, batch norm must not remember the call before.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn


class Frozen:
    """State outside the arguments, taken once and put back before each call.

    Covers torch's generators (CPU, and CUDA where it is in use), Python's `random`, numpy's where it is in use, and the
    buffers of `modules`. A `torch.Generator` of the function's own cannot be seen; `check` then reports that the
    function is not deterministic.
    """

    def __init__(self, modules: Iterable[nn.Module], cuda: bool) -> None:
        self._cuda = cuda
        self._dice = torch.get_rng_state()
        self._cuda_dice = torch.cuda.get_rng_state_all() if cuda else []
        self._python = random.getstate()
        self._numpy = sys.modules.get("numpy")
        self._numpy_dice: Any = self._numpy.random.get_state() if self._numpy else None
        self._buffers = [(buffer, buffer.detach().clone()) for module in modules for buffer in module.buffers()]
        self.random = True
        """Whether the function draws random numbers: rewinding them is left out where it does not."""
        self.mutates = True
        """Whether the function changes buffers."""

    def rewind(self) -> None:
        """Put everything back that the function is known to change."""
        if self.random:
            torch.set_rng_state(self._dice)
            random.setstate(self._python)
            if self._numpy:
                self._numpy.random.set_state(self._numpy_dice)
            if self._cuda:
                torch.cuda.set_rng_state_all(self._cuda_dice)
        if self.mutates:
            with torch.no_grad():
                for buffer, value in self._buffers:
                    buffer.copy_(value)

    def reseed(self, seed: int) -> None:
        """Let chance go on differently."""
        torch.default_generator.manual_seed(seed)
        random.seed(seed)
        if self._numpy:
            self._numpy.random.seed(seed)
        if self._cuda:
            torch.cuda.manual_seed_all(seed)

    def learn(self) -> None:
        """Look what the call since the last `rewind` has changed."""
        self.random = not torch.equal(torch.get_rng_state(), self._dice) or random.getstate() != self._python
        self.random = self.random or self._cuda or self._numpy_moved()
        self.mutates = any(not same(buffer, value) for buffer, value in self._buffers)

    def _numpy_moved(self) -> bool:
        if self._numpy is None:
            return False
        (kind, key, *rest), (old_kind, old_key, *old) = self._numpy.random.get_state(), self._numpy_dice
        return bool(kind != old_kind or rest != old or key.tobytes() != old_key.tobytes())

    def restore(self) -> None:
        """Leave the world as it was found."""
        self.random = self.mutates = True
        self.rewind()


def same(one: Tensor, other: Tensor) -> bool:
    """Equal bit for bit, with NaN equal to NaN."""
    if one.shape == other.shape and one.dtype == other.dtype and torch.equal(one, other):
        return True
    return bool(((one == other) | ((one != one) & (other != other))).all())
