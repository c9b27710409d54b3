"""Inside an LSTM and a GRU: every gate at every step, gates to freeze, biases to move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from dltui.explore import checked
from dltui.explore import gates_words as words
from dltui.explore.explorer import Action, Control, Explorer, Fact, Slider, Switch
from dltui.explore.gates_cases import PRESETS, Case
from dltui.explore.gates_facts import facts
from dltui.explore.gates_pictures import lines, meters, strip
from dltui.explore.recurrent import Cell
from dltui.scene import Scene

CELLS: tuple[Cell, ...] = ("lstm", "gru")
FREE = -1.0
NEXT = {FREE: 0.0, 0.0: 1.0, 1.0: FREE}
"""Free, shut, open, free."""
MOST = 10.0
"""How far a bias can be moved."""
SETTINGS = ("cell", "weights", "seed", "unit", "t", "known", "map", "frozen", "shifts")


@dataclass(frozen=True)
class Gates(Explorer):
    case: Case
    unit: int = 0
    t: int = 0
    """The step, counted from 0."""
    known: int = 6
    """How many quantities of this step have been worked out."""
    shown: str = "f"
    """The quantity whose map is drawn."""
    told: str = ""

    @classmethod
    def start(cls, settings: Mapping[str, Any]) -> Self:
        """Settings: cell, weights (by hand, drawn, one cell), seed, unit, t (from 1), known (how many quantities of
        that step are worked out), map, frozen (a table such as {f = 0}), shifts (a table such as {f = 1})."""
        checked.known(settings, SETTINGS)
        cell = next(each for each in CELLS if each == checked.choice("cell", settings.get("cell", "lstm"), CELLS))
        preset = checked.choice("weights", settings.get("weights", PRESETS[0]), PRESETS)
        case = Case(cell, preset, checked.whole("seed", settings.get("seed", 0), 0, 99))
        shifts = _table("shifts", settings.get("shifts", []), case.gates, -MOST, MOST)
        frozen = _table("frozen", settings.get("frozen", []), case.gates, 0, 1)
        case = replace(case, shifts=(*(shifts.get(gate, 0.0) for gate in case.gates), 0.0)[:4],
                       frozen=tuple(sorted(frozen.items())))
        unit = checked.choice("unit", settings.get("unit", case.names[0]), case.names)
        t = checked.whole("t", settings.get("t", 1), 1, case.steps) - 1
        known = checked.whole("known", settings.get("known", len(case.quantities)), 0, len(case.quantities))
        shown = checked.choice("map", settings.get("map", "f" if cell == "lstm" else "z"), case.quantities)
        state = cls(case, case.names.index(unit), t, known, shown)
        return replace(state, told=words.opening(case, state.unit, known))

    def controls(self) -> Sequence[Control]:
        case = self.case
        offered: list[Control] = [
            Slider("t", "step t", self.t + 1, 1, case.steps, 1),
            Switch("unit", "unit", case.names[self.unit], case.names),
        ]
        offered += [
            Slider(f"b_{gate}", f"{gate} plus", shift, -MOST, MOST, 0.5)
            for gate, shift in zip(case.gates, case.shifts, strict=False)
        ]
        return [
            *offered,
            Switch("map", "map", self.shown, case.quantities),
            Switch("cell", "cell", case.cell, CELLS),
            Switch("weights", "weights", case.preset, PRESETS),
            Slider("seed", "seed", case.seed, 0, 99, 1),
        ]

    def changed(self, name: str, value: float | str) -> Self:
        value = checked.turned(self.controls(), name, value)
        if (stays := checked.unmoved(self.controls(), name, value)) is not None:
            return replace(self, told=stays or self.told)
        match name:
            case "t":
                return self._walked(int(value) - 1, self._all)
            case "unit":
                unit = self.case.names.index(str(value))
                return replace(self, unit=unit, told=words.unit(self.case, unit))
            case "map":
                return replace(self, shown=str(value), told=words.mapped(str(value)))
            case "cell" | "weights" | "seed":
                return self._begun(name, value)
            case _:
                gate = name.removeprefix("b_")
                place = self.case.gates.index(gate)
                shifts = (*self.case.shifts[:place], float(value), *self.case.shifts[place + 1 :])
                return self._recomputed(replace(self.case, shifts=shifts), f"Bias of {gate} moved by {float(value):+g}")

    def actions(self) -> Sequence[Action]:
        more = self.t + 1 < self.case.steps
        unfinished = self.known < self._all
        asked = self.case.quantities[self.known % self._all]
        offered = [
            Action("micro", "m", f"work out {asked}" if unfinished or more else "work out", more or unfinished),
            Action("next", "u", "next step", more),
            Action("end", "e", "to the end", more or unfinished),
        ]
        held = dict(self.case.frozen)
        for key, gate in enumerate(self.case.gates, 1):
            will = NEXT[held.get(gate, FREE)]
            offered.append(Action(f"freeze_{gate}", str(key), f"free {gate}" if will == FREE else f"{gate} = {will:g}"))
        return sorted(offered, key=lambda action: not action.enabled)

    def acted(self, name: str) -> Self:
        if not checked.action(self.actions(), name).enabled:
            return self
        match name:
            case "micro":
                fresh = self.known == self._all
                return self._walked(self.t + fresh, 1 if fresh else self.known + 1)
            case "next":
                return self._walked(self.t + 1, self._all)
            case "end":
                return self._walked(self.case.steps - 1, self._all)
            case _:
                return self._frozen(name.removeprefix("freeze_"))

    def facts(self) -> Sequence[Fact]:
        return facts(self.case, self.unit, self.t, self.known)

    def scenes(self) -> Sequence[Scene]:
        now = (self.t, self.known)
        unit = (meters(self.case, self.unit, *now), lines(self.case, self.unit, *now))
        return (*unit, strip(self.case, self.shown, *now)) if len(self.case.names) > 1 else unit

    def said(self) -> str:
        return self.told

    @property
    def _all(self) -> int:
        return len(self.case.quantities)

    def _walked(self, t: int, known: int) -> Self:
        told = words.walked(self.case, self.unit, t, known)
        return replace(self, t=t, known=known, told=told)

    def _frozen(self, gate: str) -> Self:
        held = dict(self.case.frozen)
        will = NEXT[held.pop(gate, FREE)]
        if will != FREE:
            held[gate] = will
        case = replace(self.case, frozen=tuple(sorted(held.items())))
        return self._recomputed(case, words.frozen(gate, None if will == FREE else will))

    def _recomputed(self, case: Case, what: str) -> Self:
        told = words.recomputed(self.case, case, self.unit, self.t, what)
        return replace(self, case=case, known=self._all, told=told)

    def _begun(self, name: str, value: float | str) -> Self:
        if name == "seed":
            value = min(99, max(0, int(value)))
        settings = {"cell": self.case.cell, "weights": self.case.preset, "seed": self.case.seed, name: value}
        return self.start(settings)


def _table(name: str, given: object, gates: Sequence[str], low: float, high: float) -> dict[str, float]:
    """[["f", 1], …] -> {f: 1}. Raises SettingError."""
    pairs = checked.several(name, given, _pair, len(gates))
    return {checked.choice(name, gate, gates): checked.number(f"{name} of {gate}", value, low, high)
            for gate, value in pairs}  # fmt: skip


def _pair(name: str, given: object) -> tuple[object, object]:
    parts = checked.several(name, given, lambda _, part: part, 2)
    if len(parts) != 2:
        raise checked.unknown(name, given, ['["f", 1]'])
    return parts[0], parts[1]
