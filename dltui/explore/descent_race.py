"""Optimisers on their way down one surface, from one start, with the same noise for all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np

from dltui.explore.descent_rules import OPTIMISERS, SCHEDULES, Dials, Optimiser, Weight, moved, scheduled
from dltui.explore.surfaces import SURFACES, Surface
from dltui.scene import Pair

MOST = 300
"""Steps of a race."""
FAR = 1000.0
"""A weight that goes beyond has diverged: whoever is out there does not come back."""
THERE = 1e-3
"""Arrived: so much of the way down is left, as a share of the loss at the start."""
ALL = 256
"""Rows of the whole training set, whose gradient has no noise."""
NOISE = 3.0
"""Standard deviation of the slope that a single row tells."""


@dataclass(frozen=True)
class Way:
    """One optimiser's way. Stops where it diverges."""

    optimiser: Optimiser
    places: tuple[Pair, ...]
    """From the start on, one for each step."""
    losses: tuple[float, ...]
    gone: bool
    """Whether the last step led beyond FAR; that place is not among them."""
    arrived: int | None
    """Since which step it has been THERE without leaving again; None: it is not."""

    @property
    def steps(self) -> int:
        return len(self.places) - 1 + self.gone

    @property
    def last(self) -> Pair:
        return self.places[-1]


@dataclass(frozen=True)
class Race:
    """Complete: the same race, the same ways."""

    surface: str
    start: Pair
    names: tuple[str, ...]
    lr: float
    """Of the rules that follow the slope."""
    rate: float
    """Of those that divide by its size."""
    beta: float = 0.9
    beta2: float | None = None
    """Of running means of squares; None: what is usual for each rule."""
    decay: float = 0.01
    batch: int = ALL
    schedule: str = "constant"
    seed: int = 0
    steps: int = 0

    @property
    def ground(self) -> Surface:
        return SURFACES[self.surface]

    def dials(self, optimiser: Optimiser) -> Dials:
        lr = self.rate if optimiser.adaptive else self.lr
        usual = Dials(lr, self.beta, decay=self.decay)
        return usual if self.beta2 is None else Dials(lr, self.beta, self.beta2, self.beta2, self.decay)

    @cached_property
    def ways(self) -> tuple[Way, ...]:
        """One for each name, in their order."""
        return tuple(self._way(OPTIMISERS[name]) for name in self.names)

    @property
    def noise(self) -> float:
        """Standard deviation of a slope."""
        return NOISE / math.sqrt(self.batch) if self.batch < ALL else 0.0

    def slopes(self, place: Pair, step: int) -> Pair:
        """The gradient that a step sees, its noise included."""
        by_x, by_y = self.ground.gradient(*place)
        along, across = draws(self.seed)[step]
        return by_x + self.noise * along, by_y + (0.0 if self.ground.flat else self.noise * across)

    def _way(self, optimiser: Optimiser) -> Way:
        ground, usual = self.ground, self.dials(optimiser)
        at = [Weight(each) for each in self.start]
        places, losses = [self.start], [ground.value(*self.start)]
        gone = False
        for step in range(1, self.steps + 1):
            dials = usual
            if self.schedule != SCHEDULES[0]:
                dials = replace(usual, lr=usual.lr * scheduled(self.schedule, step))
            at = moved(optimiser.rule, at, self.slopes(places[-1], step), dials, step)
            gone = not (abs(at[0].w) <= FAR and abs(at[1].w) <= FAR)  # so it is of what is no number
            if gone:
                break
            places.append((at[0].w, at[1].w))
            losses.append(ground.value(*places[-1]))
        return Way(optimiser, tuple(places), tuple(losses), gone, self._arrived(losses))

    def _arrived(self, losses: Sequence[float]) -> int | None:
        floor = self.ground.floor
        enough = floor + THERE * (losses[0] - floor)
        outside = next((step for step in range(len(losses) - 1, -1, -1) if losses[step] > enough), -1)
        return outside + 1 if outside + 1 < len(losses) else None


@cache
def draws(seed: int) -> tuple[Pair, ...]:
    """Normal numbers for each step of a race, from 1, and for the one that would come after the last."""
    return tuple((float(x), float(y)) for x, y in np.random.default_rng(seed).normal(size=(MOST + 2, 2)))


def descended(name: str, bends: Sequence[float], start: Sequence[float], dials: Dials, steps: int) -> list[float]:
    """Where so many steps of an optimiser lead on ½ Σ bᵢ wᵢ²."""
    at = [Weight(each) for each in start]
    for step in range(1, steps + 1):
        slopes = [bend * each.w for bend, each in zip(bends, at, strict=True)]
        at = moved(OPTIMISERS[name].rule, at, slopes, dials, step)
    return [each.w for each in at]
