"""A model seen through the views a lesson shows: its picture over the plane or the line, and its parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
import torch
from torch import Tensor

from dltui.engine.data import Data
from dltui.engine.session import Session
from dltui.journal.events import Snapshot
from dltui.lesson.records import View

MARGIN = 0.15
"""Of the range of the data, on each side of it."""
GRID = 48
"""Cells of `regions` along each side."""
FIT = 97
"""Places of `fit` along the domain, both ends included."""
PARAMETERS = 64
POINTS = 400


@dataclass(frozen=True)
class Windows:
    """The views of a run that can be drawn for its model and data; the others are left out."""

    domain: tuple[float, ...]
    regions: Tensor | None
    """Inputs (GRID², 2), the top row of the picture first: the centre of each cell"""
    fit: Tensor | None
    """Inputs (FIT, 1)"""
    parameters: bool

    def snapshots(self, session: Session) -> list[Snapshot]:
        """One for each view, at the step where the session stands."""
        taken = []
        if self.regions is not None:
            seen = _seen(session, self.regions)
            taken.append(Snapshot(step=session.step, view="regions", shape=[GRID, GRID], values=seen))
        if self.fit is not None:
            taken.append(Snapshot(step=session.step, view="fit", shape=[FIT], values=_seen(session, self.fit)))
        return [*taken, _parameters(session)] if self.parameters else taken


def windows(show: Sequence[View], data: Data, device: torch.device) -> Windows:
    """Open the views that `show` names over the domain of the data."""
    domain = _domain(data)
    regions = fit = None
    if "regions" in show and len(domain) == 4 and data.classes == 2:
        x = _centres(domain[0], domain[1])
        y = _centres(domain[2], domain[3]).flip(0)
        regions = torch.stack([x.repeat(GRID), y.repeat_interleave(GRID)], 1).to(device)
    if "fit" in show and len(domain) == 2 and data.classes == 2:
        fit = torch.linspace(*domain, FIT)[:, None].to(device)
    return Windows(domain, regions, fit, "parameters" in show)


def drawn_points(data: Data) -> list[list[float]]:
    """Up to 400 training rows as [x, class] or [x, y, class], evenly picked; none for pictures."""
    if not data.points:
        return []
    rows = np.unique(np.linspace(0, len(data.train_x) - 1, POINTS).astype(int))
    return [[round(float(x), 4) for x in data.train_x[row]] + [float(data.train_y[row])] for row in rows]


def _seen(session: Session, x: Tensor) -> list[float | None]:
    """(n, …) -> n probabilities of class 1, to four places."""
    return _listed(session.objective.probability(session.outputs(x)).cpu().double().round(decimals=4))


def _parameters(session: Session) -> Snapshot:
    names: list[str] = []
    values: list[float | None] = []
    for name, parameter in session.model.named_parameters():
        room = PARAMETERS - len(names)
        flat = parameter.detach().flatten()[:room]
        names += [f"{name}[{_index(place, parameter.shape)}]" for place in range(len(flat))]
        values += _listed(flat)
    return Snapshot(step=session.step, view="parameters", shape=[len(values)], values=values, names=names)


def _index(place: int, shape: Sequence[int]) -> str:
    return ",".join(str(int(axis)) for axis in np.unravel_index(place, tuple(shape)))


def _domain(data: Data) -> tuple[float, ...]:
    if not data.points:
        return ()
    ends: list[float] = []
    for column in data.train_x.T:
        low, high = float(column.min()), float(column.max())
        margin = MARGIN * (high - low) or 1.0
        ends += [low - margin, high + margin]
    return tuple(ends)


def _centres(low: float, high: float) -> Tensor:
    return low + (torch.arange(GRID) + 0.5) * (high - low) / GRID


def _listed(values: Tensor) -> list[float | None]:
    """(n,) as numbers for a journal: None where they are not finite."""
    listed: list[float | None] = values.tolist()
    if not bool(values.isfinite().all()):
        listed = [value if value is not None and isfinite(value) else None for value in listed]
    return listed
