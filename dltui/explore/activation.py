"""Activation functions and their slopes, with the tangent at one place and the parts where they are flat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from dltui.explore import checked
from dltui.explore.bends import BENDS, REACH, Array, Bend, shade
from dltui.explore.explorer import Action, Control, Explorer, Fact, Slider, Switch
from dltui.explore.numerals import DUST, factor, number, tex
from dltui.scene import Item, Label, Line, Mark, Role, Scene

FUNCTIONS = tuple(BENDS)
BESIDE = ("none", "sigmoid", "tanh", "relu", "elu")
WITH_ALPHA = ("leaky_relu", "elu")
SETTINGS = ("function", "beside", "z", "alpha", "h")
STEPS = ("1", "0.1", "0.01", "0.001")
TANGENT = 1.6
"""How far a tangent goes to both sides."""
LAYERS = 10


@dataclass(frozen=True)
class Activation(Explorer):
    function: str
    beside: str
    """A second function, drawn for comparison, or `none`."""
    z: float
    alpha: float
    h: str
    """The step of the difference, one of STEPS."""
    told: str = ""

    @classmethod
    def start(cls, settings: Mapping[str, Any]) -> Self:
        """Settings: function and beside (names of layers; beside may be none), z, alpha, h."""
        checked.known(settings, SETTINGS)
        state = cls(
            checked.choice("function", settings.get("function", "sigmoid"), FUNCTIONS),
            checked.choice("beside", settings.get("beside", "none"), BESIDE),
            checked.number("z", settings.get("z", 1.0), -REACH, REACH),
            checked.number("alpha", settings.get("alpha", 0.1), 0.0, 2.0),
            checked.choice("h", settings.get("h", "0.1"), STEPS),
        )
        return replace(state, told="Move z: one curve says what comes out, the other what gets back through.")

    @property
    def bend(self) -> Bend:
        return BENDS[self.function]

    def controls(self) -> Sequence[Control]:
        return [
            Slider("z", "z", self.z, -REACH, REACH, 0.1),
            Switch("function", "function", self.function, FUNCTIONS),
            Switch("beside", "beside", self.beside, BESIDE),
            Slider("alpha", "α", self.alpha, 0.0, 2.0, 0.1),
            Switch("h", "h", self.h, STEPS),
        ]

    def changed(self, name: str, value: float | str) -> Self:
        value = checked.turned(self.controls(), name, value)
        if (stays := checked.unmoved(self.controls(), name, value)) is not None:
            return replace(self, told=stays or self.told)
        match name:
            case "z":
                state = replace(self, z=float(value))
            case "alpha":
                state = replace(self, alpha=float(value))
            case "function":
                state = replace(self, function=str(value))
            case "beside":
                state = replace(self, beside=str(value))
            case _:
                state = replace(self, h=str(value))
        return replace(state, told=state._told(name))

    def actions(self) -> Sequence[Action]:
        return [Action("zero", "o", "z to 0"), Action("left", "a", "far left"), Action("right", "e", "far right")]

    def acted(self, name: str) -> Self:
        place = {"zero": 0.0, "left": -REACH, "right": REACH}[checked.action(self.actions(), name).name]
        state = replace(self, z=place)
        return replace(state, told=state._told("z"))

    def facts(self) -> Sequence[Fact]:
        bend, z, alpha = self.bend, self.z, self.alpha
        value, slope = bend.at(z, alpha), bend.slope_at(z, alpha)
        values = {
            "z": tex(z), "brackets": factor(z), "minus": tex(-z), "y": tex(value), "factor": factor(value),
            "alpha": tex(alpha),
        }  # fmt: skip
        below = z <= 0
        inner = (bend.below if below else "") or bend.tex
        outer = (bend.slope_below if below else "") or bend.slope_tex
        facts = [
            Fact(f"value at z = {number(z, 3)}", number(value), inner.format(**values)),
            Fact("slope there", number(slope), outer.format(**values)),
            Fact("difference", f"{number(bend.difference(z, float(self.h), alpha))} with h = {self.h}",
                 r"\frac{f(z+h) - f(z-h)}{2h}"),
        ]  # fmt: skip
        if bend.kink and z == 0:
            left, right = (bend.slope_at(side, alpha) for side in (-1e-9, 1e-9))
            facts.append(Fact("from left, right", f"{number(left)}, {number(right)}"))
        return [
            *facts,
            Fact("values", bend.range.format(alpha=number(alpha))),
            Fact(f"{LAYERS} such slopes", _tiny(slope**LAYERS), r"f'(z)^{10}"),
        ]

    def scenes(self) -> Sequence[Scene]:
        z = np.linspace(-REACH, REACH, 241)
        name = self.function
        value, slope = self.bend.at(self.z, self.alpha), self.bend.slope_at(self.z, self.alpha)
        ends = [(at, value + slope * (at - self.z)) for at in (self.z - TANGENT, self.z + TANGENT)]
        other = BENDS.get(self.beside)
        above: list[Item] = [shade(self.bend, self.alpha, -REACH, REACH)]
        below: list[Item] = [shade(self.bend, self.alpha, -REACH, REACH)]
        if other:
            above.append(_line(z, other.value(z, self.alpha), "second", other.name))
            below.append(_line(z, other.slope(z, self.alpha), "second", other.name))
        above += [
            _line(z, self.bend.value(z, self.alpha), "model", name),
            Line(tuple(ends), "accent", name="tangent"), Mark(self.z, value, "chosen"),
        ]  # fmt: skip
        below += [_line(z, self.bend.slope(z, self.alpha), "model", name), Mark(self.z, slope, "chosen")]
        below += [Label(self.z + 0.3, slope + 0.13, number(slope, 3), "chosen")]
        low, high = self._height(self.bend, other)
        return (
            Scene((-REACH, REACH), (low, high), tuple(above), "what comes out (shaded: flat)", "z", "f"),
            Scene((-REACH, REACH), (-0.25, max(1.35, self.alpha + 0.2)), tuple(below), "its slope", "z", "f′"),
        )

    def said(self) -> str:
        return self.told

    @property
    def _alpha_counts(self) -> bool:
        return self.function in WITH_ALPHA

    def _height(self, bend: Bend, other: Bend | None) -> tuple[float, float]:
        """The S-curves want another scale than the others."""
        small = {"sigmoid", "tanh"} >= {each.name for each in (bend, other) if each}
        return (-1.6, 1.6) if small else (-2.6, 4.6)

    def _told(self, name: str) -> str:
        bend, z, alpha = self.bend, self.z, self.alpha
        slope = bend.slope_at(z, alpha)
        if name == "beside":
            return f"Beside it now: {self.beside}."
        if name == "h":
            return f"The difference reaches {self.h} to both sides of z."
        kink = bend.kink and z == 0 and bend.slope_at(1e-9, alpha) != bend.slope_at(-1e-9, alpha)
        if name == "function" and kink:
            return f"{bend.name} has a kink here: PyTorch takes {number(slope)}, the difference takes the mean."
        if name == "function":
            most = max(bend.steepest, alpha if self._alpha_counts else 0.0)
            return f"{bend.name}: values {bend.range.format(alpha=number(alpha))}, slope at most {number(most)}."
        if name == "alpha" and not self._alpha_counts:
            return f"α does nothing here: {self.function} has none."
        if name == "alpha":
            if self.function == "elu":
                return f"α = {number(alpha)}: far to the left the value is -α, and just left of 0 the slope is α."
            return f"α = {number(alpha)} is the slope to the left of 0."
        if kink:
            return f"A kink: no slope exists here. PyTorch takes {number(slope)}, the difference takes the mean."
        if slope == 0:
            return "Slope 0: no gradient gets through, however large it is."
        saturated = "Saturated: a" if bool(bend.flat(np.array([z]), alpha)[0]) else "A"
        return f"{saturated} gradient that comes back is multiplied by {number(slope, 3)} here."


def _tiny(product: float) -> str:
    """A product of slopes: 8.4e-27 is little, and not nothing."""
    return number(product, 2) if abs(product) >= DUST or not product else f"{product:.1e}"


def _line(z: Array, y: Array, role: Role, name: str) -> Line:
    return Line(tuple(zip(z.tolist(), y.tolist(), strict=True)), role, name=name)
