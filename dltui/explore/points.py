"""Small sets of labelled points that need nothing but numpy. Explorers show them, experiments train on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Points:
    """Rows of coordinates with one class each; both arrays are read-only."""

    x: NDArray[np.float64]
    """(n, d)"""
    y: NDArray[np.int64]
    """(n,), class 0 or 1"""

    def __post_init__(self) -> None:
        self.x.setflags(write=False)
        self.y.setflags(write=False)

    @property
    def signs(self) -> NDArray[np.int64]:
        """The classes as the perceptron reads them: -1 for class 0, +1 for class 1."""
        return 2 * self.y - 1


def notebook50(generator: np.random.RandomState | None = None) -> Points:
    """Two overlapping clouds of 25 points with spread 1: class 1 around (-1, -1) first, then class 0 around (1, 1).

    They come from numpy's legacy generator with seed 4 unless another one is handed in, which then has moved on by 100
    normal numbers: whoever goes on drawing from it gets the sequence of the classical notebook demo.
    """
    generator = np.random.RandomState(4) if generator is None else generator
    clouds = [np.stack([generator.normal(centre, 1, 25) for _ in range(2)], axis=1) for centre in (-1, 1)]
    return Points(np.concatenate(clouds), np.repeat([1, 0], 25))


def gauss2(seed: int = 0, centre: float = 1.5) -> Points:
    """Two clouds of 25 points with spread 0.5: class 1 around (-centre, -centre) first, class 0 opposite.

    At 1.5 a line separates them with ease; at 0.9 barely, and at some seeds not at all.
    """
    generator = np.random.default_rng(seed)
    clouds = [generator.normal(c, 0.5, (25, 2)) for c in (-centre, centre)]
    return Points(np.concatenate(clouds), np.repeat([1, 0], 25))


def xor() -> Points:
    """The corners (0, 0), (0, 1), (1, 0), (1, 1): class 1 where exactly one coordinate is 1."""
    return Points(np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0]))


def hours(seed: int = 0) -> Points:
    """40 students: hours of study from 0 to 10, one column, and whether they passed.

    Each needs 5 hours give or take a logistic spread of 1, so that the chance to pass is σ(hours - 5) and the classes
    overlap. Needs and hours are spread evenly before they are shuffled: 40 rows then fit well at every seed.
    """
    generator = np.random.default_rng(seed)
    studied = np.round((np.arange(40) + generator.random(40)) / 4, 1)
    luck = generator.permutation((np.arange(40) + 0.5) / 40)
    needed = 5 + np.log(luck / (1 - luck))
    return Points(studied[:, None], (studied > needed).astype(np.int64))
