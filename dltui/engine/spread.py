"""Steps whose rows do not go through the model all at once: in parts one after the other, where memory is short, or
shared out among processes. The gradient is that of the whole batch, up to rounding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from math import isfinite
from typing import Protocol

import torch
from torch import Tensor, nn

from dltui.engine.graph import Graphed
from dltui.engine.noise import Noise
from dltui.engine.session import Session, State


class Team(Protocol):
    """Processes that train one model together, each on its rows of every batch."""

    rank: int
    size: int

    def sum(self, grads: Tensor, loss: float) -> float:
        """Replace the gradients by their sum over all processes; the sum of the losses."""
        ...


@dataclass
class Spread(Session):
    parts: int = 1
    """Into which the rows of a step are divided in this process."""
    team: Team | None = None

    def advance(self, until: int, halted: Callable[[], bool]) -> list[float]:
        losses = []
        with self.noise:
            while self.step < until:
                losses.append(self._backward(*self.batches.take()))
                if isfinite(losses[-1]):
                    self.update.step(self.rates(self.step))
                    self.step += 1
                self.flat.grads.zero_()
                if not isfinite(losses[-1]) or halted():
                    break
        return losses

    def restore(self, state: State) -> None:
        super().restore(state)
        if self.team is not None and self.team.rank:  # the state is that of the first; two shall not draw the same
            self.noise = fresh_noise(self, state.step)

    def _backward(self, x: Tensor, y: Tensor) -> float:
        """Gradients of the mean loss of these rows into the flat buffer; that loss."""
        rows, loss = len(x), torch.zeros((), device=x.device)
        if self.team is not None:
            x, y = x.tensor_split(self.team.size)[self.team.rank], y.tensor_split(self.team.size)[self.team.rank]
        for part, target in zip(x.tensor_split(self.parts), y.tensor_split(self.parts), strict=True):
            share = self.objective.loss(self.model(part), target) * (len(part) / rows)
            share.backward()
            loss += share.detach()
        own = loss.item()
        return own if self.team is None else self.team.sum(self.flat.grads, own)


def spreadable(session: Session, parts: int) -> str:
    """Why the rows of a batch cannot be divided into so many parts; empty if they can."""
    if type(session) not in (Session, Spread, Graphed):
        return "two networks that train against each other are not divided"
    if any(isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d) for module in session.model.modules()):
        return "batch normalisation needs the whole batch at once"
    if session.batches.rows < parts:
        return f"a batch has only {session.batches.rows} rows"
    return ""


def spread(session: Session, parts: int = 1, team: Team | None = None) -> Session:
    """The same session, dividing its steps. It must be `spreadable`."""
    if parts == 1 and team is None:
        return session
    same = {field.name: getattr(session, field.name) for field in fields(Session)}
    made = Spread(**same, parts=parts, team=team)
    if team is not None and team.rank:
        made.noise = fresh_noise(made, 0)
    return made


def fresh_noise(session: Spread, step: int) -> Noise:
    """Of a process of a team that is not the first, when it begins at this step."""
    rank = 0 if session.team is None else session.team.rank
    seed = hash((rank, step, *session.noise.states["cpu"][:8].tolist())) if session.noise.states else 0
    return Noise(seed & (2**62 - 1), session.device, bool(session.noise.states))
