"""What every view is made of: an experiment and its data; and numbers as a journal keeps them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite, prod

import torch
from torch import Tensor, nn
from torch.nn import functional

from dltui.engine.data import Data
from dltui.engine.session import Session
from dltui.journal.events import Snapshot
from dltui.journal.picture import NOT_FINITE, TOP, Picture
from dltui.lesson.records import Learning

PIXELS = 10_000
"""Numbers in all pictures of a snapshot, about: 13 KB of journal."""
LARGEST_SIDE = 16
"""Larger pictures are halved until they are not: they are drawn in characters."""

Look = Callable[[Session], Snapshot]


@dataclass(frozen=True)
class Subject:
    experiment: Learning
    data: Data
    device: torch.device
    domain: tuple[float, ...]
    """x low, x high, y low, y high of points in a plane; x low, x high on a line; else empty."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one row of inputs."""
        return self.data.train_x.shape[1:]

    def held_out(self, most: int) -> tuple[Tensor, Tensor]:
        """The first rows that are not trained on, and their targets; of the training rows where none are held out."""
        x, y = self.data.test_x, self.data.test_y
        if x is None or y is None:
            x, y = self.data.train_x, self.data.train_y
        return torch.from_numpy(x[:most]).to(self.device), torch.from_numpy(y[:most]).to(self.device)

    def training(self, most: int) -> tuple[Tensor, Tensor]:
        """The first rows that are trained on, and their targets."""
        x, y = self.data.train_x[:most], self.data.train_y[:most]
        return torch.from_numpy(x).to(self.device), torch.from_numpy(y).to(self.device)


def number(value: float, digits: int = 4) -> float | None:
    """To so many significant digits; None where it is not finite."""
    return float(f"{value:.{digits}g}") + 0.0 if isfinite(value) else None


def numbers(values: Tensor, digits: int = 4) -> list[float | None]:
    """Any shape, row-major."""
    return [number(value, digits) for value in values.detach().flatten().tolist()]


def picture(values: Tensor, low: float, high: float, **about: str) -> Picture:
    """(rows, columns) in a byte each. about: ramp, name, group."""
    scaled = (values.detach().float() - low) * (TOP / ((high - low) or 1.0))
    levels = scaled.clamp(0, TOP).round().nan_to_num(nan=0.0)
    levels = torch.where(values.isfinite(), levels, torch.full_like(levels, NOT_FINITE))
    rows, columns = values.shape
    return Picture(rows=rows, columns=columns, levels=levels.to(torch.uint8).cpu().numpy().tobytes(),
                   low=number(low) or 0.0, high=number(high) or 0.0, **about)  # type: ignore[arg-type]  # ramp: any str


def signed(values: Tensor, reach: float = 0.0, **about: str) -> Picture:
    """(rows, columns) around 0; `reach` is the end of the ramp, by itself the largest absolute value."""
    end = reach or largest(values)
    return picture(values, -end, end, ramp="signed", **about)


def grey(values: Tensor, **about: str) -> Picture:
    """(rows, columns) from 0, or from the lowest if that is below, to the highest."""
    known = values[values.isfinite()]
    low, high = (float(known.min()), float(known.max())) if known.numel() else (0.0, 1.0)
    return picture(values, min(0.0, low), high if high > min(0.0, low) else 1.0, **about)


def largest(values: Tensor) -> float:
    """The largest absolute value that is finite; 1 where all are 0."""
    known = values[values.isfinite()].abs()
    return (float(known.max()) if known.numel() else 0.0) or 1.0


def small(pictures: Tensor) -> Tensor:
    """(n, channels, height, width) -> (n, height', width'): the mean of the channels, halved until it is small."""
    flat = pictures.mean(1, keepdim=True)
    while max(flat.shape[2:]) > LARGEST_SIDE:
        flat = functional.avg_pool2d(flat, 2)
    return flat[:, 0]


def room_for(shape: Sequence[int]) -> int:
    """How many pictures of (rows, columns) go into a snapshot."""
    return max(1, PIXELS // max(1, prod(shape)))


def traced(session: Session, x: Tensor) -> list[tuple[nn.Module, Tensor]]:
    """Every layer and what comes out of it for the rows, in evaluation mode."""
    found = []
    session.model.eval()
    try:
        with torch.inference_mode():
            for layer in session.model:
                x = layer(x)
                found.append((layer, x))
    finally:
        session.model.train()
    return found
