"""A digit to drag, pixel by pixel, before two trained networks: one dense, one of filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from dltui.explore import checked
from dltui.explore.convolution_pictures import GREYEST
from dltui.explore.digits import digits
from dltui.explore.drag_nets import PLACES, REACH, Array, digit, everywhere, moved, trained
from dltui.explore.explorer import Action, Control, Explorer, Fact, Slider
from dltui.explore.numerals import number
from dltui.scene import Cell, Scene, Table

SETTINGS = ("picture", "right", "down")
NETS = ("dense", "filters")
CLASSES = 10
LIT = 0.7
"""The shade of what counts."""
DEPTH = 16
"""The value of the brightest pixel in the data."""
SURE = 0.005
"""Shares below it are not worth a number."""


@dataclass(frozen=True)
class Drag(Explorer):
    picture: int
    """Place among the held-out digits."""
    right: int = 0
    down: int = 0
    told: str = ""

    @classmethod
    def start(cls, settings: Mapping[str, Any]) -> Self:
        """Settings: picture (0 to 499), right and down (pixels, -3 to 3)."""
        checked.known(settings, SETTINGS)
        picture = checked.whole("picture", settings.get("picture", 0), 0, len(digits().test) - 1)
        right, down = (checked.whole(name, settings.get(name, 0), -REACH, REACH) for name in ("right", "down"))
        state = cls(picture, right, down)
        return replace(state, told=state._answers())

    def controls(self) -> Sequence[Control]:
        return [
            Slider("right", "to the right", self.right, -REACH, REACH, 1),
            Slider("down", "down", self.down, -REACH, REACH, 1),
            Slider("picture", "picture", self.picture, 0, len(digits().test) - 1, 1),
        ]

    def changed(self, name: str, value: float | str) -> Self:
        value = round(float(checked.turned(self.controls(), name, value)))
        if (stays := checked.unmoved(self.controls(), name, value)) is not None:
            return replace(self, told=stays or self.told)
        state = {
            "right": replace(self, right=value), "down": replace(self, down=value),
        }.get(name, replace(self, picture=value))  # fmt: skip
        return replace(state, told=state._answers())

    def actions(self) -> Sequence[Action]:
        return [
            Action("next", "u", "next picture"),
            Action("apart", "e", "where they differ"),
            Action("home", "z", "back to its place", (self.right, self.down) != (0, 0)),
        ]

    def acted(self, name: str) -> Self:
        if not checked.action(self.actions(), name).enabled:
            return self
        if name == "apart":
            return self._apart()
        count = len(digits().test)
        state = replace(self, right=0, down=0) if name == "home" else replace(self, picture=(self.picture + 1) % count)
        return replace(state, told=state._answers())

    def facts(self) -> Sequence[Fact]:
        found = []
        for name, weights, all_places in zip(NETS, trained().parameters, everywhere(self.picture), strict=True):
            answer = all_places[self._place]
            best, hits = int(answer.argmax()), int((all_places.argmax(1) == self.label).sum())
            said = f"{best}, sure to {100 * float(answer[best]):.0f} %"
            found.append(Fact(f"{name} ({weights})", f"{said}; right in {hits} of {len(PLACES)} places"))
        return found

    def scenes(self) -> Sequence[Scene]:
        tables = (self._pixels(), *self._maps(), self._scores())
        return (Scene((0.0, 1.0), (0.0, 1.0), (), axes=False, tables=tables),)

    def said(self) -> str:
        return self.told

    @property
    def label(self) -> int:
        return int(digits().labels[self.picture])

    @property
    def shown(self) -> Array:
        """(8, 8), the digit where it is now."""
        return moved(digit(self.picture), self.down, self.right)

    @property
    def lost(self) -> float:
        """The share of the ink that has left the picture."""
        return 1.0 - float(self.shown.sum() / digit(self.picture).sum())

    @property
    def _place(self) -> int:
        return PLACES.index((self.down, self.right))

    @property
    def _title(self) -> str:
        ways = [f"{abs(count)} {way[count < 0]}" for count, way in
                ((self.right, ("right", "left")), (self.down, ("down", "up"))) if count]  # fmt: skip
        return f"a {self.label}" + (f", {' and '.join(ways)}" if ways else "")

    def _pixels(self) -> Table:
        """The picture as both networks get it, 0 to 16."""
        rows = tuple(tuple(Cell(number(DEPTH * one), "text" if one else "faint", GREYEST * one) for one in row)
                     for row in self.shown.tolist())  # fmt: skip
        return Table(rows, self._title, least=2)

    def _scores(self) -> Table:
        """What both networks say to each digit, in percent; the answer lit."""
        rows = []
        for all_places in everywhere(self.picture):
            answer = all_places[self._place]
            rows.append(tuple(
                Cell(f"{100 * p:.0f}" if p >= SURE else "·", "text" if p >= SURE else "faint",
                     LIT if at == int(answer.argmax()) else None)
                for at, p in enumerate(answer.tolist())
            ))  # fmt: skip
        head = tuple(Cell(str(at), "accent" if at == self.label else "faint") for at in range(CLASSES))
        return Table((head, *rows), names=("percent", *NETS), least=3, below=True)

    def _maps(self) -> list[Table]:
        """What each network says in each place; right ones bright, the present place in brackets."""
        side = 2 * REACH + 1
        found = []
        for name, all_places in zip(NETS, everywhere(self.picture), strict=True):
            best = all_places.argmax(1)
            cells = [
                Cell(str(digit_), "text" if digit_ == self.label else "faint", LIT if digit_ == self.label else None,
                     "ring" if at == self._place else "")
                for at, digit_ in enumerate(best.tolist())
            ]  # fmt: skip
            rows = tuple(tuple(cells[start : start + side]) for start in range(0, len(cells), side))
            found.append(Table(rows, f"{name} say{'s' * (name == NETS[0])}"))
        return found

    def _answers(self) -> str:
        dense, other = (int(each[self._place].argmax()) for each in everywhere(self.picture))
        where = "in its place" if (self.right, self.down) == (0, 0) else self._title.partition(", ")[2]
        ink = f" {100 * self.lost:.0f} % of the ink is lost." if self.lost >= SURE else ""
        if dense == other:
            verdict = "both right" if dense == self.label else "both wrong"
            return f"A {self.label}, {where}: both say {dense}, {verdict}.{ink}"
        return f"A {self.label}, {where}: dense says {dense}, filters say {other}.{ink}"

    def _apart(self) -> Self:
        """The next picture on which the two differ in this place, if there is one."""
        count = len(digits().test)
        for ahead in range(1, count + 1):
            place = (self.picture + ahead) % count
            one = moved(digit(place), self.down, self.right)[None]
            if int(trained().dense(one).argmax()) != int(trained().convolutional(one).argmax()):
                state = replace(self, picture=place)
                return replace(state, told=state._answers())
        return replace(self, told="They agree on all of them here.")

