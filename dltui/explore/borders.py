"""Five ways to make up pixels beyond the border, on a row of four and on a square of nine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Self

import numpy as np

from dltui.explore import checked, windows
from dltui.explore.explorer import Action, Control, Explorer, Fact, Slider, Switch
from dltui.explore.windows import MODES, OUTSIDE, Array
from dltui.scene import Cell, Ring, Scene, Table

ROW: Array = np.array([[1.0, 2.0, 3.0, 4.0]])
SQUARE: Array = np.arange(1.0, 10.0).reshape(3, 3)
MOST = 3
SETTINGS = ("p", "mode", "hidden")
SAID: Mapping[str, str] = MappingProxyType({
    "zeros": "Black beyond the border. Cheap, and a false edge beside everything bright.",
    "reflect": "Mirrored about the outermost pixel, which is not repeated: 2 stands beside 1.",
    "symmetric": "Mirrored about the edge of the picture: 1 stands beside 1. PyTorch does not have it, numpy does.",
    "replicate": "The outermost pixel over and over. Up to one pixel that is the same as symmetric.",
    "circular": "Rolled up: left of the first pixel comes the last.",
})
ASK = "Work out the hidden rows first; v shows them."


@dataclass(frozen=True)
class Borders(Explorer):
    p: int = 2
    mode: str = "zeros"
    hidden: bool = False
    """The made-up pixels are question marks until the learner has thought about them."""
    told: str = ""

    @classmethod
    def start(cls, settings: Mapping[str, Any]) -> Self:
        """Settings: p, mode, hidden (what is beyond the border is a question mark at first)."""
        checked.known(settings, SETTINGS)
        p = checked.whole("p", settings.get("p", 2), 0, MOST)
        mode = checked.choice("mode", settings.get("mode", "zeros"), tuple(MODES))
        hidden = checked.choice("hidden", settings.get("hidden", "off"), ("off", "on")) == "on"
        return cls(p, mode, hidden, ASK if hidden else SAID[mode])

    def controls(self) -> Sequence[Control]:
        return [
            Slider("p", "padding p", self.p, 0, MOST, 1),
            Switch("mode", "the square", self.mode, tuple(MODES)),
        ]

    def changed(self, name: str, value: float | str) -> Self:
        value = checked.turned(self.controls(), name, value)
        if stays := checked.unmoved(self.controls(), name, value):
            return replace(self, told=stays)
        if name == "p":
            p = round(float(value))
            told = f"{p} more on each side: 4 pixels become {4 + 2 * p}, and 3×3 becomes {3 + 2 * p}×{3 + 2 * p}."
            return replace(self, p=p, told=told)
        return replace(self, mode=str(value), told=SAID[str(value)])

    def actions(self) -> Sequence[Action]:
        return [Action("show", "v", "show what is hidden", self.hidden)]

    def acted(self, name: str) -> Self:
        if not checked.action(self.actions(), name).enabled:
            return self
        return replace(self, hidden=False, told=SAID[self.mode])

    def facts(self) -> Sequence[Fact]:
        return [Fact("one axis", f"{4 + 2 * self.p} pixels", rf"n + 2p = 4 + 2 \cdot {self.p}")]

    def scenes(self) -> Sequence[Scene]:
        """The row in all five modes, the square in one."""
        rows = tuple(self._cells(ROW, mode, tall=False)[0] for mode in MODES)
        square = self._cells(SQUARE, self.mode, tall=True)
        tables = (Table(rows, "a row, padded", names=tuple(MODES), least=1), Table(square, f"square, {self.mode}"))
        return (Scene((0.0, 1.0), (0.0, 1.0), (), axes=False, tables=tables),)

    def said(self) -> str:
        return self.told

    def _cells(self, image: Array, mode: str, tall: bool) -> tuple[tuple[Cell, ...], ...]:
        """The padded image, its own pixels framed; tall: padded above and below too."""
        height, width = image.shape
        values = windows.padded(image[None], self.p, mode)[0] if self.p else image
        origin = windows.sources(height, width, self.p, mode)
        lines = range(values.shape[0]) if tall else range(self.p, self.p + height)

        def cell(i: int, j: int) -> Cell:
            own = self.p <= i < self.p + height and self.p <= j < self.p + width
            ring: Ring = "window" if own else ""
            if self.hidden and not own:
                return Cell("?", "faint")
            shade = float(values[i, j]) / float(image.max())
            faint = origin[i, j] == OUTSIDE
            return Cell(f"{values[i, j]:.0f}", "faint" if faint else "text", 0.85 * shade if own else None, ring)

        return tuple(tuple(cell(i, j) for j in range(values.shape[1])) for i in lines)
