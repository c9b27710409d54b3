"""Training steps recorded once and replayed as a whole (a CUDA graph), for small networks on a GPU.

A step of a small network is a few dozen kernels that each run for less time than it takes to launch them. Replaying a
recorded step launches all of them at once. What is recorded must stay as it is: the shapes, the addresses, and every
number that is no tensor. So the update is recorded with it only where the learning rate never changes, and networks
that draw random numbers are not recorded. What cannot be recorded after all is trained as usual, and the log says so.

Recording follows the notes on CUDA graphs in PyTorch's documentation: warm up on a stream beside, then capture.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, fields
from math import isfinite
from typing import Any, Protocol, cast

import torch
from torch import Tensor

from dltui.engine.log import log
from dltui.engine.memory import short
from dltui.engine.session import Session
from dltui.text import one_line

LARGEST = 2e10
"""Operations of a step; above it the kernels take longer than their launches, and recording gains nothing."""
FEWEST = 50
"""Steps that a run must have for recording to pay."""
WARM_UP = 3
"""Steps before recording, which the state of the session does not keep."""


class Cuda(Protocol):
    """What is used of torch.cuda; tests play it."""

    Stream: Callable[[], Any]
    CUDAGraph: Callable[[], Any]
    current_stream: Callable[[], Any]

    def stream(self, stream: Any, /) -> AbstractContextManager[Any]: ...

    def graph(self, cuda_graph: Any, /) -> AbstractContextManager[Any]: ...

    def device(self, device: Any, /) -> AbstractContextManager[Any]: ...


REAL = cast(Cuda, torch.cuda)


def obstacle(session: Session, work: float, kind: str) -> str:
    """Why steps of so many operations on this kind of device are not recorded; empty if they are to be."""
    if kind != "cuda":
        return f"there are no graphs on {kind}"
    if type(session) is not Session:
        return "the step is no single pass"
    if session.noise.states:
        return "the network draws random numbers"
    if work > LARGEST:
        return "the steps are large"
    if session.steps < FEWEST:
        return "the run is short"
    return ""


def graphed(session: Session, work: float) -> Session:
    """The same session, replaying its steps where that helps."""
    if obstacle(session, work, session.device.type):
        return session
    return Graphed(**{each.name: getattr(session, each.name) for each in fields(Session)})


@dataclass
class Graphed(Session):
    cuda: Cuda = field(default=REAL, repr=False)
    replay: Callable[[], None] | None = None
    """One recorded step."""
    refused: str = ""
    """Why it could not be recorded."""
    _loss: Tensor = field(default_factory=lambda: torch.zeros(()), repr=False)
    _pair: tuple[Tensor, Tensor] | None = None
    _whole: bool = False

    def advance(self, until: int, halted: Callable[[], bool]) -> list[float]:
        if self.step >= until:
            return []
        with self.cuda.device(self.device):
            if self.replay is None and not self.refused:
                self._record()
            if self.replay is None:
                return super().advance(until, halted)
            return self._replayed(self.replay, until, halted)

    def _replayed(self, replay: Callable[[], None], until: int, halted: Callable[[], bool]) -> list[float]:
        assert self._pair is not None, "recorded with it"
        losses = []
        while self.step < until:
            for held, fresh in zip(self._pair, self.batches.take(), strict=True):
                if held is not fresh:
                    held.copy_(fresh)
            replay()
            losses.append(self._loss.clone())  # the next replay writes over it
            if not self._whole:
                self.update.step(self.rates(self.step))
            self.step += 1
            if halted():
                break
        values: list[float] = torch.stack(losses).tolist()
        bad = next((place for place, value in enumerate(values) if not isfinite(value)), None)
        return values if bad is None else values[: bad + 1]

    def _record(self) -> None:
        state = self.state()
        pair = self.batches.take()
        # Batches lie elsewhere at every step, and are copied to where the first one lay; a full batch stays.
        self._pair = pair if self.batches.per_epoch == 1 else (pair[0].clone(), pair[1].clone())
        self._whole = _steady(self)
        try:
            beside = self.cuda.Stream()
            beside.wait_stream(self.cuda.current_stream())
            with self.cuda.stream(beside):
                for _ in range(WARM_UP):
                    self._one()
            self.cuda.current_stream().wait_stream(beside)
            recorded = self.cuda.CUDAGraph()
            with self.cuda.graph(recorded):
                self._loss = self._one()
            self.replay = recorded.replay
        except RuntimeError as error:
            if short(error):
                raise
            self.refused = one_line(str(error), 200)
            log(f"steps are not recorded as a CUDA graph, but trained as usual: {self.refused}")
        self.restore(state)
        self.flat.grads.zero_()

    def _one(self) -> Tensor:
        """A step but for the counting: what is recorded."""
        assert self._pair is not None, "set before"
        x, y = self._pair
        self.flat.grads.zero_()
        loss = self.objective.loss(self.model(x), y)
        loss.backward()
        if self._whole:
            self.update.step(self.rates(0))
        return loss.detach()


def _steady(session: Session) -> bool:
    """Whether learning rate and momentum are the same throughout."""
    some = {session.rates(session.steps * part // 16) for part in range(16)} | {session.rates(session.steps - 1)}
    return len(some) == 1
