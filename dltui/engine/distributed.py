"""Several processes that train one model, as `torchrun --nproc-per-node 2 -m dltui train LESSON/STEP` starts them.

Each takes its part of the rows of every batch; gradients are summed before each update, which every process then makes
alike. So the curve is that of one process, up to rounding. The first process alone writes and speaks.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple

import torch
from torch import Tensor, distributed

from dltui.engine.control import Control
from dltui.engine.device import TINY, DeviceError
from dltui.lesson.problem import quoted

PATIENCE = timedelta(minutes=10)
"""For which processes wait for one another before they give up."""


class World(NamedTuple):
    rank: int
    """This process, from 0."""
    size: int
    local: int
    """This process among those of this machine."""


def world(environ: Mapping[str, str] = os.environ) -> World | None:
    """What torchrun says about this process; None where it is alone."""
    try:
        rank, size = int(environ["RANK"]), int(environ["WORLD_SIZE"])
        found = World(rank, size, int(environ.get("LOCAL_RANK", rank)))
    except (KeyError, ValueError):
        return None
    return found if found.size > 1 else None


def leads(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether this process is the one that writes and speaks."""
    here = world(environ)
    return here is None or here.rank == 0


class Ranks:
    """All processes of a world as a team."""

    def __init__(self, here: World, wish: Control) -> None:
        self.rank, self.size = here.rank, here.size
        self.control = Control()
        """For the trainer: it stops when any process wishes to, at the same step everywhere."""
        self._local = here.local
        self._wish = wish
        self._buffer = torch.zeros(0)

    def device(self, requested: str, work: float) -> str:
        """The device of this process, for steps of so many operations. The same kind everywhere. Raises DeviceError."""
        if requested == "cpu" or (requested == "auto" and (work < TINY or not torch.cuda.is_available())):
            return "cpu"
        if requested not in ("auto", "cuda"):
            raise DeviceError(f"{self.size} processes cannot share the device {quoted(requested)}: leave it to them")
        if self._local >= torch.cuda.device_count():
            raise DeviceError(f"process {self.rank} has no GPU of its own: there are {torch.cuda.device_count()} here")
        return f"cuda:{self._local}"

    def join(self, device: torch.device, size: int) -> str:
        """Meet the others, to share gradients of so many numbers. Returns by what in a few words."""
        backend = "nccl" if device.type == "cuda" else "gloo"
        if device.type == "cuda":
            torch.cuda.set_device(device)
        if not distributed.is_initialized():
            distributed.init_process_group(backend, timeout=PATIENCE)
        self._buffer = torch.zeros(size + 2, device=device)
        return f"{self.size} processes, {backend}"

    def sum(self, grads: Tensor, loss: float) -> float:
        """One message for everything: gradients, the loss, whether to stop."""
        count = len(grads)
        self._buffer[:count] = grads
        self._buffer[count:] = torch.tensor([loss, float(self._wish.stopped)])
        distributed.all_reduce(self._buffer)
        grads.copy_(self._buffer[:count])
        total, stops = self._buffer[count:].tolist()
        if stops:
            self.control.stop()
        return float(total)


@contextmanager
def together(wish: Control) -> Iterator[Ranks | None]:
    """The team of this process until it parts from the others; None where it is alone. Any process's `wish` to stop
    stops all."""
    here = world()
    try:
        yield None if here is None else Ranks(here, wish)
    finally:
        if here is not None and distributed.is_initialized():
            distributed.destroy_process_group()
