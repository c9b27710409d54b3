"""Pooling a feature map: the window's largest value or its mean, and where the gradient goes back to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Self

import numpy as np

from dltui.explore import checked, windows
from dltui.explore.convolution_slide import Slide
from dltui.explore.explorer import Action, Control, Explorer, Fact, SettingError, Slider, Switch
from dltui.explore.numerals import number, tex
from dltui.explore.windows import Array
from dltui.lesson.shapes import pool_shape
from dltui.scene import Cell, Ring, Scene, Table

KINDS = ("max", "average")
TIES = ("first", "split")
MOST_KERNEL, MOST_STRIDE = 3, 3
MAPS: Mapping[str, Array | None] = MappingProxyType({
    "edge map": None,
    "four": np.array([[1.0, 2.0], [3.0, 4.0]]),
    "ties": np.array([[5.0, 5.0, 0.0, 0.0], [5.0, 5.0, 0.0, 0.0], [0.0, 1.0, 7.0, 2.0], [0.0, 0.0, 3.0, 7.0]]),
})
"""edge map: what the upright edge filter makes of the patch."""
SETTINGS = ("map", "kind", "kernel", "stride", "ties", "filled")
UNKNOWN = "·"


@dataclass(frozen=True)
class Pooling(Explorer):
    map: str = "edge map"
    kind: str = "max"
    kernel: int = 2
    stride: int = 1
    ties: str = "first"
    at: int = 0
    """The cell of the result that the window makes, counted row by row."""
    filled: frozenset[int] = frozenset()
    told: str = ""

    @classmethod
    def start(cls, settings: Mapping[str, Any]) -> Self:
        """Settings: map, kind, kernel, stride, ties (who gets the gradient of several largest), filled."""
        checked.known(settings, SETTINGS)

        def one_of(name: str, options: Sequence[str]) -> str:
            return checked.choice(name, settings.get(name, options[0]), options)

        kernel = checked.whole("kernel", settings.get("kernel", 2), 1, MOST_KERNEL)
        stride = checked.whole("stride", settings.get("stride", 1), 1, MOST_STRIDE)
        state = cls(one_of("map", tuple(MAPS)), one_of("kind", KINDS), kernel, stride, one_of("ties", TIES))
        try:
            state = replace(state, told=state._sized())
        except ValueError as error:
            raise SettingError(str(error)) from None
        return state.acted("all") if one_of("filled", ("off", "on")) == "on" else state

    def controls(self) -> Sequence[Control]:
        (height, width), (row, column) = self._shape, self._place(self.at)
        return [
            Slider("column", "column", column, 0, width - 1, 1),
            Slider("row", "row", row, 0, height - 1, 1),
            Switch("kind", "pooling", self.kind, KINDS),
            Slider("kernel", "window k", self.kernel, 1, MOST_KERNEL, 1),
            Slider("stride", "stride", self.stride, 1, MOST_STRIDE, 1),
            Switch("ties", "tied cells", self.ties, TIES),
            Switch("map", "map", self.map, tuple(MAPS)),
        ]

    def changed(self, name: str, value: float | str) -> Self:
        value = checked.turned(self.controls(), name, value)
        if isinstance(value, float):
            value = float(round(value))
        if stays := checked.unmoved(self.controls(), name, value):
            return replace(self, told=stays)
        row, column = self._place(self.at)
        match name:
            case "column":
                return self._stood(row * self._shape[1] + int(value))
            case "row":
                return self._stood(int(value) * self._shape[1] + column)
            case "kind":
                return self._begun(replace(self, kind=str(value)))
            case "kernel":
                return self._begun(replace(self, kernel=int(value)))
            case "stride":
                return self._begun(replace(self, stride=int(value)))
            case "ties":
                said = "All of it to the first." if value == TIES[0] else "Equal shares for all that are largest."
                return replace(self, ties=str(value), told=said)
            case _:
                return self._begun(replace(self, map=str(value)))

    def actions(self) -> Sequence[Action]:
        last = self._cells - 1
        return [
            Action("next", "u", "next window", self.at < last or self.at not in self.filled),
            Action("all", "e", "all windows", len(self.filled) < self._cells),
            Action("clear", "y", "start over", bool(self.filled)),
        ]

    def acted(self, name: str) -> Self:
        if not checked.action(self.actions(), name).enabled:
            return self
        match name:
            case "next":
                return self._stood(self.at + (self.at in self.filled))
            case "all":
                return replace(self, filled=frozenset(range(self._cells)), told=self._sized())
            case _:
                return replace(self, at=0, filled=frozenset(), told=self._sized())

    def facts(self) -> Sequence[Fact]:
        seen = self._seen
        value = number(float(self._pooled[self._place(self.at)]))
        parts = [tex(float(part)) for part in seen.ravel()]
        listed = ", ".join(parts) if self.kind == "max" else " + ".join(p if p[0] != "-" else f"({p})" for p in parts)
        formula = rf"\max({listed})" if self.kind == "max" else rf"({listed}) / {seen.size}"
        found = [Fact("this window", value if self.at in self.filled else "?", formula)]
        for axis, label in ((1, "columns"), (0, "rows")):
            size = self._values.shape[axis]
            share = tex((size - self.kernel) / self.stride)
            shown = rf"\lfloor ({size} - {self.kernel}) / {self.stride} \rfloor + 1 = \lfloor {share} \rfloor + 1"
            found.append(Fact(label, str(self._shape[axis]), shown))
        return found

    def scenes(self) -> Sequence[Scene]:
        """The map, what is made of it, and the gradient of the sum of the filled cells by the map."""
        values, result = self._values, self._pooled
        height, width = result.shape
        rows, columns = windows.taps(self._place(self.at), self.kernel, self.stride)
        window = {(int(i), int(j)) for i in rows for j in columns}
        share = windows.shares(self._seen, self.kind, self.ties)
        winners = {
            (int(rows[i]), int(columns[j])) for i, j in np.argwhere(share > 0) if self.kind == "max"
        }  # an average has no winner
        back = np.zeros(result.shape)
        for cell in self.filled:
            back[self._place(cell)] = 1.0
        gradient = windows.pool_gradient(back, values, self.kind, self.kernel, self.stride, self.ties)
        here = {self._place(self.at)}
        known = {self._place(cell) for cell in self.filled}
        tables = (
            _table(values, f"map {values.shape[0]}×{values.shape[1]}", window, winners),
            _table(result, f"pooled {height}×{width}", here, set(), known, sign="→"),
            _table(gradient, "gradient back", window, winners & {(int(i), int(j)) for i, j in np.argwhere(gradient)}),
        )
        return (Scene((0.0, 1.0), (0.0, 1.0), (), axes=False, tables=tables),)

    def said(self) -> str:
        return self.told

    @property
    def _values(self) -> Array:
        given = MAPS[self.map]
        return Slide().map if given is None else given

    @property
    def _pooled(self) -> Array:
        return windows.pooled(self._values, self.kind, self.kernel, self.stride)

    @property
    def _shape(self) -> tuple[int, int]:
        """Raises ValueError with a sentence where no window fits."""
        height, width = pool_shape(self._values.shape, self.kernel, self.stride)
        return height, width

    @property
    def _cells(self) -> int:
        height, width = self._shape
        return height * width

    @property
    def _seen(self) -> Array:
        seen: Array = windows.read(self._values[None], self._place(self.at), self.kernel, self.stride)[0]
        return seen

    def _place(self, cell: int) -> tuple[int, int]:
        return divmod(cell, self._shape[1])

    def _stood(self, at: int) -> Self:
        state = replace(self, at=at, filled=self.filled | {at})
        row, column = state._place(at)
        value = number(float(state._pooled[row, column]))
        if self.kind != "max":
            back = f"each of the {self.kernel**2} gets 1/{self.kernel**2} of the gradient"
        else:
            ties = int((state._seen == state._seen.max()).sum())
            back = "the winner gets all of the gradient" if ties == 1 else f"{ties} are equally large: a kink"
        return replace(state, told=f"Cell [{row}, {column}] is {value}; {back}.")

    def _begun(self, state: Self) -> Self:
        """With another setting and everything still to do, unless all of it was done; one that does not fit is told."""
        try:
            told = state._sized()
        except ValueError as error:
            said = str(error)
            return replace(self, told=f"{said[0].upper()}{said[1:]}.")
        whole = len(self.filled) == self._cells
        state = replace(state, at=0, filled=frozenset(), told=told)
        return state.acted("all") if whole else state

    def _sized(self) -> str:
        (height, width), (rows, columns) = self._values.shape, self._shape
        return f"{height}×{width} becomes {rows}×{columns}, without a single weight."


def _table(
    values: Array, title: str, window: set[tuple[int, int]], rings: set[tuple[int, int]],
    known: set[tuple[int, int]] | None = None, sign: str = "",
) -> Table:
    """known: the cells that are filled; None: all of them."""
    top = max(1.0, float(np.abs(values).max()))
    texts = [[number(float(value), 3) for value in row] for row in values]

    def cell(i: int, j: int) -> Cell:
        ring: Ring = "ring" if (i, j) in rings else "window" if (i, j) in window else ""
        if known is not None and (i, j) not in known:
            return Cell(UNKNOWN, "faint", mark=ring)
        return Cell(texts[i][j], "text", 0.5 + float(values[i, j]) / top / 2, ring)

    rows = tuple(tuple(cell(i, j) for j in range(values.shape[1])) for i in range(values.shape[0]))
    least = max(len(text) for row in texts for text in row)
    return Table(rows, title, sign=sign, ramp="classes", least=least)
