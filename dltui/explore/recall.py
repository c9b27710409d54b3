"""How far back a gradient reaches: the lengths of ∂L/∂h at every step, of an RNN, a GRU and an LSTM before training."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Self

import numpy as np

from dltui.explore import checked
from dltui.explore.explorer import Action, Control, Explorer, Fact, Slider, Switch
from dltui.explore.numerals import number
from dltui.explore.recurrent import Array, Cell, Weights, backward, drawn, run
from dltui.scene import Heat, Item, Line, Role, Scene

UNITS = 32
CELLS: tuple[Cell, ...] = ("rnn", "gru", "lstm")
ROLES: Mapping[Cell, Role] = {"rnn": "model", "gru": "second", "lstm": "third"}
NAMES = {"rnn": "RNN", "gru": "GRU", "lstm": "LSTM"}
CLIPS = ("off", "0.5", "1", "5")
QUIET = 0.1
FLOOR = 1e-30
"""Shorter gradients are drawn here."""
SETTINGS = ("cell", "cells", "steps", "scale", "forget", "seed", "clip")


@dataclass(frozen=True, eq=False)
class Path:
    """The states (steps, UNITS), the lengths of ∂L/∂h (steps,), that of the gradient by the recurrent weights."""

    states: Array
    lengths: Array
    by_weights: float

    @property
    def ratio(self) -> float:
        return float(self.lengths[0] / self.lengths[-1])


@lru_cache(maxsize=64)
def path(cell: Cell, steps: int, scale: float, forget: float, seed: int) -> Path:
    """L is the share of the last state in a random direction of length 1; inputs are normally distributed, and
    quiet: loud ones saturate tanh, and nothing would ever explode."""
    dice = np.random.RandomState(seed)
    x, v = QUIET * dice.normal(size=(steps, 1)), dice.normal(size=UNITS)
    weights = drawn(cell, 1, UNITS, dice)
    weights = replace(weights, w_back=scale * weights.w_back)
    trace = run(_opened(weights, forget) if cell == "lstm" else weights, x)
    slopes = backward(trace, v / np.linalg.norm(v))
    return Path(trace["h"], np.linalg.norm(slopes.h, axis=1), float(np.linalg.norm(slopes.w_back)))


def _opened(weights: Weights, bias: float) -> Weights:
    """With this bias in all forget gates."""
    b_in, b_back, place = weights.b_in.copy(), weights.b_back.copy(), slice(UNITS, 2 * UNITS)
    b_in[place], b_back[place] = bias, 0.0
    return replace(weights, b_in=b_in, b_back=b_back)


@dataclass(frozen=True)
class Recall(Explorer):
    cell: Cell = "rnn"
    cells: tuple[Cell, ...] = CELLS
    """Those that are drawn."""
    steps: int = 60
    scale: float = 1.0
    forget: float = 0.0
    seed: int = 0
    clip: str = "off"
    told: str = ""

    @classmethod
    def start(cls, settings: Mapping[str, Any]) -> Self:
        """Settings: cell (whose states are drawn), cells (a list: whose gradients), steps, scale (of the recurrent
        weights), forget (the bias of all forget gates), seed, clip."""
        checked.known(settings, SETTINGS)
        cells = checked.several("cells", settings.get("cells", list(CELLS)), _cell, 3) or CELLS
        state = cls(
            _cell("cell", settings.get("cell", cells[0])),
            tuple(cell for cell in CELLS if cell in cells),
            checked.whole("steps", settings.get("steps", 60), 5, 100),
            checked.number("scale", settings.get("scale", 1.0), 0.25, 4),
            checked.number("forget", settings.get("forget", 0.0), 0, 6),
            checked.whole("seed", settings.get("seed", 0), 0, 99),
            checked.choice("clip", settings.get("clip", "off"), CLIPS),
        )
        return replace(state, told=state._sentence())

    def controls(self) -> Sequence[Control]:
        return [
            Slider("steps", "steps T", self.steps, 5, 100, 5),
            Slider("scale", "W times", self.scale, 0.25, 4, 0.25),
            Slider("forget", "forget bias", self.forget, 0, 6, 0.5),
            Switch("clip", "clip at", self.clip, CLIPS),
            Switch("cell", "states of", self.cell, CELLS),
            Slider("seed", "seed", self.seed, 0, 99, 1),
        ]

    def changed(self, name: str, value: float | str) -> Self:
        value = checked.turned(self.controls(), name, value)
        if (stays := checked.unmoved(self.controls(), name, value)) is not None:
            return replace(self, told=stays or self.told)
        match name:
            case "cell":
                state = replace(self, cell=_cell(name, value))
            case "clip":
                state = replace(self, clip=str(value))
            case "steps":
                state = replace(self, steps=int(value))
            case "seed":
                state = replace(self, seed=int(value))
            case "scale":
                state = replace(self, scale=float(value))
            case _:
                state = replace(self, forget=float(value))
        return replace(state, told=state._sentence())

    def actions(self) -> Sequence[Action]:
        return [Action("again", "a", "other weights", self.seed < 99)]

    def acted(self, name: str) -> Self:
        if not checked.action(self.actions(), name).enabled:
            return self
        return self.changed("seed", self.seed + 1)

    def facts(self) -> Sequence[Fact]:
        found = [self._ratio(cell) for cell in self.cells]
        length = self._path(self.cell).by_weights
        label = f"gradient of W, {NAMES[self.cell]}"
        if self.clip == "off" or length <= float(self.clip):
            return [*found, Fact(label, f"length {number(length)}")]
        cut = rf"\frac{{{self.clip}}}{{{_tex(length)}}} = {_tex(float(self.clip) / length)}"
        return [*found, Fact(label, f"length {number(length)} → {self.clip}, all of it times", cut)]

    def scenes(self) -> Sequence[Scene]:
        curves = {cell: np.log10(np.maximum(self._path(cell).lengths, FLOOR)) for cell in self.cells}
        low = math.floor(min(-1.0, *(float(curve.min()) for curve in curves.values())))
        high = math.ceil(max(1.0, *(float(curve.max()) for curve in curves.values())))
        items: list[Item] = [Line(((1.0, 0.0), (float(self.steps), 0.0)), "faint")]
        for cell, curve in curves.items():
            points = tuple((step + 1.0, height) for step, height in enumerate(curve.tolist()))
            items.append(Line(points, ROLES[cell], name=NAMES[cell]))
        span = (1.0, float(self.steps))
        lengths = Scene(span, (low, high), tuple(items), "length of ∂L/∂h at each step", "step", "log₁₀")
        return lengths, self._strip()

    def said(self) -> str:
        return self.told

    def _strip(self) -> Scene:
        states = self._path(self.cell).states.T
        columns = np.linspace(0, self.steps - 1, min(self.steps, 48)).round().astype(int)
        most = float(np.abs(states).max()) or 1.0  # ±1 would show nothing of an untrained LSTM
        heat = Heat(tuple(tuple(row) for row in states[:, columns].tolist()), -most, most, "signed")
        title = f"states of the {NAMES[self.cell]} (±{most:.2g}), time →"
        return Scene((0.5, self.steps + 0.5), (0.0, float(UNITS)), (heat,), title, axes=False)

    def _path(self, cell: Cell) -> Path:
        return path(cell, self.steps, self.scale, self.forget, self.seed)

    def _ratio(self, cell: Cell) -> Fact:
        ratio = self._path(cell).ratio
        each = ratio ** (1 / (self.steps - 1))
        return Fact(f"{NAMES[cell]}, first ÷ last", _short(ratio), rf"{number(each, 3)}^{{{self.steps - 1}}}")

    def _sentence(self) -> str:
        told = []
        for cell in self.cells:
            ratio = self._path(cell).ratio
            fate = "vanishes" if ratio < 1e-3 else "explodes" if ratio > 100 else "arrives"
            told.append(f"{NAMES[cell]} {fate} ({_short(ratio)})")
        return f"Over {self.steps} steps the gradient of the {', of the '.join(told)}."


def _cell(name: str, given: object) -> Cell:
    chosen = checked.choice(name, given, CELLS)
    return next(cell for cell in CELLS if cell == chosen)


def _short(value: float) -> str:
    """Two digits; however small, never 0."""
    text = f"{value:.2g}"
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if e else text


def _tex(value: float) -> str:
    mantissa, e, exponent = number(value).partition("e")
    return rf"{mantissa} \cdot 10^{{{exponent}}}" if e else mantissa
