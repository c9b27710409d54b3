"""The points a perceptron is shown, and the generator that picks among them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from dltui.explore import checked, points
from dltui.explore.dice import Dice
from dltui.explore.explorer import SettingError
from dltui.explore.rosenblatt import Vector
from dltui.explore.separation import fewest_errors, fewest_errors_through_origin
from dltui.scene import Pair

NEAR = 0.9
"""The centres of gauss2-near: separable only just, so that the rule has some work."""
AT_MOST = 60
"""Points on the screen at once: the search for the best line tries all pairs."""


@dataclass(frozen=True)
class Usual:
    """What goes with a set of points unless a lesson says otherwise."""

    seed: int = 0
    eta: str = "1"
    """Steps of 1 leave whole numbers whole, so that a return to old weights shows."""
    bias: bool = True
    weights: Vector = (0.0, 0.0, 0.0)


USUAL: Mapping[str, Usual] = MappingProxyType({
    "notebook50": Usual(4, "1/i", False, (1.0, -1.0, 0.0)),
    "gauss2": Usual(),
    "gauss2-near": Usual(2),
    "xor": Usual(),
    "own": Usual(),
})
DATA = tuple(USUAL)


@dataclass(frozen=True)
class Cloud:
    data: str
    seed: int
    places: tuple[Pair, ...]
    signs: tuple[int, ...]
    """-1 or +1 for each place"""
    dice: Dice
    box: Pair
    """The range of both axes; it stays while points come and go."""

    @classmethod
    def of(cls, data: str, seed: int, dice: Dice | None = None) -> Cloud:
        """One of DATA, `own` without points. Dice in place of a seed go on where they stand."""
        generator = np.random.RandomState(seed) if dice is None else dice.generator()
        if data == "own":
            return cls(data, seed, (), (), Dice.of(generator), (-3.0, 3.0))
        found = _drawn(data, seed, generator)
        places = tuple((float(a), float(b)) for a, b in found.x)
        box = (-0.5, 1.5) if data == "xor" else _around(places)
        return cls(data, seed, places, tuple(found.signs.tolist()), Dice.of(generator), box)

    @classmethod
    def own(cls, rows: tuple[tuple[float, float, int], ...], seed: int) -> Cloud:
        """Points written by a lesson: (x1, x2, class) with class -1 or +1."""
        places = tuple((a, b) for a, b, _ in rows)
        signs = tuple(sign for _, _, sign in rows)
        return replace(cls.of("own", seed), places=places, signs=signs, box=_around(places))

    def rows(self, bias: bool) -> tuple[Vector, ...]:
        """The inputs, with a constant 1 behind each where there is a bias."""
        return tuple((*place, 1.0) for place in self.places) if bias else self.places

    def reseeded(self, seed: int) -> Cloud:
        """Drawn anew from another seed; own points stay, and only the picking starts elsewhere."""
        fresh = Cloud.of(self.data, seed)
        return replace(self, seed=seed, dice=fresh.dice) if self.data in ("own", "xor") else fresh

    def with_point(self, place: Pair, sign: int) -> Cloud:
        return replace(self, places=(*self.places, place), signs=(*self.signs, sign))

    def without_last(self) -> Cloud:
        return replace(self, places=self.places[:-1], signs=self.signs[:-1])

    def fewest(self, bias: bool) -> int:
        """Errors of the best line there is; without bias, of those through the origin."""
        x = np.array(self.places, dtype=float).reshape(-1, 2)
        return (fewest_errors if bias else fewest_errors_through_origin)(x, np.array(self.signs, dtype=np.int64))


def labelled(name: str, row: object) -> tuple[float, float, int]:
    """One own point from a lesson file. Raises SettingError."""
    numbers = checked.several(name, row, lambda place, given: checked.number(place, given, -100, 100), 3)
    if len(numbers) != 3 or numbers[2] not in (-1, 1):
        raise SettingError(f"{name} is [x1, x2, class] with class -1 or 1, not {list(numbers)}")
    return numbers[0], numbers[1], int(numbers[2])


def _drawn(data: str, seed: int, generator: np.random.RandomState) -> points.Points:
    match data:
        case "notebook50":
            return points.notebook50(generator)
        case "xor":
            return points.xor()
        case _:
            return points.gauss2(seed, NEAR if data == "gauss2-near" else 1.5)


def _around(places: tuple[Pair, ...]) -> Pair:
    reach = float(max(3, math.ceil(max((max(abs(a), abs(b)) for a, b in places), default=0))))
    return -reach, reach
