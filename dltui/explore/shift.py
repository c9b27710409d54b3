"""Equivariance: a picture is moved, and what a filter, ReLU and a pool make of it moves along, or does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import nan
from types import MappingProxyType
from typing import Any, Self

import numpy as np

from dltui.explore import checked
from dltui.explore.convolution_slide import FILTERS
from dltui.explore.digits import SIDE, digits
from dltui.explore.drag_nets import Array, convolved, digit, moved
from dltui.explore.explorer import Action, Control, Explorer, Fact, Slider, Switch
from dltui.explore.numerals import number
from dltui.scene import Heat, Item, Label, Scene

FRAME, MARGIN = 16, 4
"""Side of the picture, and empty pixels around the digit in it."""
REACH = 6
KERNELS = tuple(name for name, rows in FILTERS.items() if len(rows) == 3)
POOLS: Mapping[str, int] = MappingProxyType({"none": 1, "2×2": 2, "4×4": 4, "all of it": FRAME})
KINDS = ("max", "average")
SETTINGS = ("picture", "right", "down", "filter", "pool", "kind")
GAP, HEAD = 2, 2
"""Empty pixels between pictures, and above them for their names."""
NAMES = (("picture", "map", "pooled"), ("moved", "its map", "its pool"))


@dataclass(frozen=True)
class Shift(Explorer):
    picture: int
    """Place among the held-out digits."""
    right: int = 0
    down: int = 0
    filter: str = KERNELS[0]
    pool: str = "2×2"
    kind: str = KINDS[0]
    told: str = ""

    @classmethod
    def start(cls, settings: Mapping[str, Any]) -> Self:
        """Settings: picture (0 to 499), right and down (pixels, -6 to 6), filter, pool, kind (max or average)."""
        checked.known(settings, SETTINGS)

        def one_of(name: str, options: Sequence[str], usual: str) -> str:
            return checked.choice(name, settings.get(name, usual), options)

        picture = checked.whole("picture", settings.get("picture", 0), 0, len(digits().test) - 1)
        right, down = (checked.whole(name, settings.get(name, 0), -REACH, REACH) for name in ("right", "down"))
        state = cls(picture, right, down, one_of("filter", KERNELS, KERNELS[0]), one_of("pool", tuple(POOLS), "2×2"),
                    one_of("kind", KINDS, KINDS[0]))  # fmt: skip
        return replace(state, told=state._compared())

    @property
    def home(self) -> Array:
        """(16, 16), the digit in the middle."""
        return np.pad(digit(self.picture), MARGIN)

    @property
    def here(self) -> Array:
        """(16, 16), the digit where it is now."""
        return moved(self.home, self.down, self.right)

    def map(self, picture: Array) -> Array:
        """(16, 16): filter, zeros around, ReLU."""
        weights = np.array(FILTERS[self.filter], dtype=float)[None, None]
        found = convolved(picture[None, None], (weights, np.zeros(1)))[0, 0]
        return np.asarray(np.maximum(found, 0.0), dtype=float)

    def pooled(self, map_: Array) -> Array:
        """(16/k, 16/k) of a map."""
        k = POOLS[self.pool]
        side = FRAME // k
        cells = map_.reshape(side, k, side, k)
        return np.asarray(cells.max((1, 3)) if self.kind == KINDS[0] else cells.mean((1, 3)), dtype=float)

    def controls(self) -> Sequence[Control]:
        return [
            Slider("right", "to the right", self.right, -REACH, REACH, 1),
            Slider("down", "down", self.down, -REACH, REACH, 1),
            Switch("filter", "filter", self.filter, KERNELS),
            Switch("pool", "pool", self.pool, tuple(POOLS)),
            Switch("kind", "pooling", self.kind, KINDS),
            Slider("picture", "picture", self.picture, 0, len(digits().test) - 1, 1),
        ]

    def changed(self, name: str, value: float | str) -> Self:
        value = checked.turned(self.controls(), name, value)
        if isinstance(value, float):
            value = round(value)
        if (stays := checked.unmoved(self.controls(), name, value)) is not None:
            return replace(self, told=stays or self.told)
        match name:
            case "right":
                state = replace(self, right=int(value))
            case "down":
                state = replace(self, down=int(value))
            case "filter":
                state = replace(self, filter=str(value))
            case "pool":
                state = replace(self, pool=str(value))
            case "kind":
                state = replace(self, kind=str(value))
            case _:
                state = replace(self, picture=int(value))
        return replace(state, told=state._compared())

    def actions(self) -> Sequence[Action]:
        return [
            Action("home", "z", "back to the middle", (self.right, self.down) != (0, 0)),
            Action("next", "u", "next picture"),
        ]

    def acted(self, name: str) -> Self:
        if not checked.action(self.actions(), name).enabled:
            return self
        count = len(digits().test)
        state = replace(self, right=0, down=0) if name == "home" else replace(self, picture=(self.picture + 1) % count)
        return replace(state, told=state._compared())

    def facts(self) -> Sequence[Fact]:
        before, after = self._maps
        pools = self.pooled(before), self.pooled(after)
        found = [
            Fact("map, in place", _percent(after, before), r"\frac{|f(x') - f(x)|}{|f(x)|}"),
            Fact("map, moved along", _percent(after, moved(before, self.down, self.right)),
                 r"\frac{|f(x') - f(x)'|}{|f(x)|}"),
        ]
        if POOLS[self.pool] == 1:
            return found
        of_pool = [Fact("pool, in place", _percent(pools[1], pools[0]))]
        along = self._along
        if along and any(along):
            of_pool.append(Fact("pool, moved along", _percent(pools[1], moved(pools[0], *along))))
        if POOLS[self.pool] == FRAME:
            of_pool.append(Fact("the one number", f"{_value(pools[0])}, then {_value(pools[1])}"))
        return of_pool + found

    def scenes(self) -> Sequence[Scene]:
        shown = 2 if POOLS[self.pool] == 1 else 3
        lines = [(picture, map_, self.pooled(map_))[:shown]
                 for picture, map_ in zip((self.home, self.here), self._maps, strict=True)]  # fmt: skip
        tops = [max(float(one.max()) for one in pair) or 1.0 for pair in zip(*lines, strict=True)]
        return tuple(_board(line, names, tops) for line, names in zip(lines, NAMES, strict=True))

    def said(self) -> str:
        return self.told

    @property
    def _maps(self) -> tuple[Array, Array]:
        return self.map(self.home), self.map(self.here)

    @property
    def _along(self) -> tuple[int, int] | None:
        """By how many whole cells the pool must have moved; None: by no whole ones."""
        k = POOLS[self.pool]
        if k == FRAME or self.down % k or self.right % k:
            return None
        return self.down // k, self.right // k

    def _compared(self) -> str:
        if not self.right and not self.down:
            return "Drag the digit: what moves along, and what stays?"
        if max(abs(self.right), abs(self.down)) >= MARGIN:
            return "The digit is at the border, and what is cut off there no map can bring back."
        before, after = self._maps
        equal = np.array_equal(self.pooled(before), self.pooled(after))
        if POOLS[self.pool] == FRAME:
            return f"The map has moved along. Its {self._what} over all of it has not changed at all."
        if POOLS[self.pool] == 1 or equal:
            return "The map has moved along with the digit, number by number."
        if self._along is not None:
            return "A move by whole windows of the pool: the pool moves along too."
        return "A move by part of a window: other numbers meet, and the pool changes."

    @property
    def _what(self) -> str:
        return "largest value" if self.kind == KINDS[0] else "mean"


def _percent(values: Array, others: Array) -> str:
    """How far apart they are, as a share of the length of the other."""
    length = float(np.linalg.norm(others))
    if not length:
        return "0 %" if not values.any() else "all of it"
    return f"{number(100 * float(np.linalg.norm(values - others)) / length, 3)} %"


def _value(one: Array) -> str:
    return number(float(one[0, 0]), 4)


def _board(line: Sequence[Array], names: Sequence[str], tops: Sequence[float]) -> Scene:
    """Pictures side by side, a pooled one enlarged to at least 8 pixels; `tops` are drawn white."""
    wide = len(line) * (FRAME + GAP) - GAP - (FRAME - SIDE) * (len(line) == len(NAMES[0]))
    high = FRAME + HEAD
    rows = [[nan] * wide for _ in range(high)]
    items: list[Item] = []
    for across, (picture, name, top) in enumerate(zip(line, names, tops, strict=False)):
        left, larger = across * (FRAME + GAP), max(1, SIDE // len(picture))
        values = (picture / top).repeat(larger, axis=0).repeat(larger, axis=1)
        for row, new in zip(rows[HEAD : HEAD + len(values)], values.tolist(), strict=True):
            row[left : left + len(new)] = new
        items.append(Label(left + 0.5, high - 1.0, name, "faint"))
    heat = Heat(tuple(map(tuple, rows)), 0.0, 1.0, "grey")
    return Scene((0.0, float(wide)), (0.0, float(high)), (heat, *items), square=True, axes=False)
