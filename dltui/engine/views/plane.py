"""Data that are points: the domain they lie in, the picture of a model over a plane, its curve over a line."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from dltui.engine.data import Data
from dltui.engine.session import Session
from dltui.engine.views.subject import Look, Subject, numbers, picture
from dltui.journal.events import Snapshot

MARGIN = 0.15
"""Of the range of the data, on each side of it."""
GRID = 48
"""Cells of `regions` along each side."""
FIT = 97
"""Places of `fit` along the domain, both ends included."""
POINTS = 400


def domain(data: Data) -> tuple[float, ...]:
    """x low, x high and the same for y, with a margin; empty for data that are no points."""
    if not data.points:
        return ()
    ends: list[float] = []
    for column in data.train_x.T:
        low, high = float(column.min()), float(column.max())
        margin = MARGIN * (high - low) or 1.0
        ends += [low - margin, high + margin]
    return tuple(ends)


def drawn_points(data: Data) -> list[list[float]]:
    """Up to 400 training rows as [x, target] or [x, y, target], evenly picked; none for pictures."""
    if not data.points:
        return []
    rows = np.unique(np.linspace(0, len(data.train_x) - 1, POINTS).astype(int))
    return [[round(float(x), 4) for x in data.train_x[row]] + [round(float(data.train_y[row]), 4)] for row in rows]


def cells(ends: tuple[float, ...], device: torch.device) -> Tensor:
    """(GRID², 2): the centre of each cell of the plane, the top row of the picture first."""
    x = _centres(ends[0], ends[1])
    y = _centres(ends[2], ends[3]).flip(0)
    return torch.stack([x.repeat(GRID), y.repeat_interleave(GRID)], 1).to(device)


def regions(subject: Subject) -> Look:
    """The probability of class 1 over the plane."""
    inputs = cells(subject.domain, subject.device)

    def look(session: Session) -> Snapshot:
        seen = session.objective.probability(session.outputs(inputs)).reshape(GRID, GRID)
        return Snapshot(step=session.step, view="regions", pictures=[picture(seen, 0.0, 1.0, ramp="classes")])

    return look


def fit(subject: Subject) -> Look:
    """The probability of class 1, or the number that the model gives, along the line."""
    low, high = subject.domain
    inputs = torch.linspace(low, high, FIT)[:, None].to(subject.device)

    def look(session: Session) -> Snapshot:
        outputs = session.outputs(inputs)
        seen = session.objective.probability(outputs) if subject.data.classes else outputs[:, 0]
        return Snapshot(step=session.step, view="fit", shape=[FIT], values=numbers(seen))

    return look


def _centres(low: float, high: float) -> Tensor:
    return low + (torch.arange(GRID) + 0.5) * (high - low) / GRID
