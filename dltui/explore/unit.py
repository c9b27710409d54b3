"""One unit over twelve rows: where their scores stand on its activation, which are awake, what descent does to it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from dltui.explore import checked
from dltui.explore.bends import BENDS, Array, Bend, shade
from dltui.explore.explorer import Action, Control, Explorer, Fact, Slider, Switch
from dltui.explore.numerals import many, number
from dltui.scene import Item, Line, Mark, Role, Scene

FUNCTIONS = ("relu", "leaky_relu", "elu", "sigmoid", "tanh")
SETTINGS = ("function", "w", "b", "eta", "alpha")
ROWS = 12
REACH = 12.0
"""w and b go this far to both sides."""
LONGEST = 400
"""Losses that are kept for the picture."""


@dataclass(frozen=True)
class OneUnit(Explorer):
    function: str
    w: float
    b: float
    eta: float
    alpha: float
    losses: tuple[float, ...] = ()
    """E so far, the last is now."""
    told: str = ""

    @classmethod
    def start(cls, settings: Mapping[str, Any]) -> Self:
        """Settings: function (a layer's name), w, b, eta (the learning rate), alpha (of leaky_relu and elu)."""
        checked.known(settings, SETTINGS)
        state = cls(
            checked.choice("function", settings.get("function", "relu"), FUNCTIONS),
            checked.number("w", settings.get("w", 1.0), -REACH, REACH),
            checked.number("b", settings.get("b", -1.0), -REACH, REACH),
            checked.number("eta", settings.get("eta", 0.5), 0.1, 20.0),
            checked.number("alpha", settings.get("alpha", 0.1), 0.0, 1.0),
        )
        told = "Each mark is a row of the data, on the curve at its score z = w·x + b. Move b, and watch who is awake."
        return replace(state, losses=(state.loss,), told=told)

    @property
    def bend(self) -> Bend:
        return BENDS[self.function]

    @property
    def z(self) -> Array:
        return self.w * inputs() + self.b

    @property
    def loss(self) -> float:
        return float(np.mean((self.bend.value(self.z, self.alpha) - targets()) ** 2) / 2)

    @property
    def gradient(self) -> tuple[float, float]:
        """The slopes of the loss by w and b."""
        delta = (self.bend.value(self.z, self.alpha) - targets()) * self.bend.slope(self.z, self.alpha)
        return float(np.mean(delta * inputs())), float(np.mean(delta))

    @property
    def awake(self) -> int:
        """Rows for which a gradient gets through at all well."""
        return int((~self.bend.flat(self.z, self.alpha)).sum())

    def controls(self) -> Sequence[Control]:
        return [
            Slider("b", "b", self.b, -REACH, REACH, 0.5),
            Slider("w", "w", self.w, -REACH, REACH, 0.5),
            Switch("function", "function", self.function, FUNCTIONS),
            Slider("eta", "η", self.eta, 0.1, 20.0, 0.5),
            Slider("alpha", "α", self.alpha, 0.0, 1.0, 0.05),
        ]

    def changed(self, name: str, value: float | str) -> Self:
        value = checked.turned(self.controls(), name, value)
        if (stays := checked.unmoved(self.controls(), name, value)) is not None:
            return replace(self, told=stays or self.told)
        match name:
            case "function":
                state = replace(self, function=str(value))
            case "eta":
                return replace(self, eta=float(value), told=f"Each step goes {value:g} times the gradient.")
            case "alpha":
                state = replace(self, alpha=float(value))
            case "b":
                state = replace(self, b=float(value))
            case _:
                state = replace(self, w=float(value))
        return replace(state, losses=(state.loss,), told=state._judged())

    def actions(self) -> Sequence[Action]:
        return [Action("step", "u", "one step downhill"), Action("steps", "e", "100 steps downhill")]

    def acted(self, name: str) -> Self:
        count = 1 if checked.action(self.actions(), name).name == "step" else 100
        state = self
        for _ in range(count):
            by_w, by_b = state.gradient
            w, b = (_held(at - self.eta * by) for at, by in ((state.w, by_w), (state.b, by_b)))
            state = replace(state, w=w, b=b)
            state = replace(state, losses=(*state.losses, state.loss)[-LONGEST:])
        told = f"{many(count, 'step')}: E {number(self.loss)} → {number(state.loss)}. {state._judged()}"
        return replace(state, told=told)

    def facts(self) -> Sequence[Fact]:
        by_w, by_b = self.gradient
        through = float(np.mean(np.abs(self.bend.slope(self.z, self.alpha))))
        return [
            Fact("awake", f"{self.awake} of {ROWS} rows"),
            Fact("mean slope", number(through, 3), r"\text{mean of } f'(z)"),
            Fact("loss", number(self.loss), r"E = \text{mean of } \frac{1}{2}(f(z) - t)^2"),
            Fact("slope by w", number(by_w), r"\text{mean of } (f(z) - t)\,f'(z)\,x"),
            Fact("slope by b", number(by_b), r"\text{mean of } (f(z) - t)\,f'(z)"),
        ]

    def scenes(self) -> Sequence[Scene]:
        far = max(4.0, math.ceil(float(np.abs(self.z).max()) / 4) * 4.0)
        span = (-far, far)
        z = np.linspace(*span, 241)
        y = self.bend.value(z, self.alpha)
        shown = self.bend.value(self.z, self.alpha)
        items: list[Item] = [shade(self.bend, self.alpha, *span)]
        items.append(Line(tuple(zip(z.tolist(), y.tolist(), strict=True)), "model", name=self.function))
        flat = self.bend.flat(self.z, self.alpha)
        roles: tuple[Role, Role] = ("class0", "class1")
        items += [
            Mark(at, value, roles[int(target)], ring=bool(asleep))
            for at, value, target, asleep in zip(self.z.tolist(), shown.tolist(), targets().tolist(), flat, strict=True)
        ]
        high = 1.5 if self.function in ("sigmoid", "tanh") else far / 2
        steps = np.linspace(0, len(self.losses) - 1, min(len(self.losses), 200)).astype(int).tolist()
        way = tuple((float(step), self.losses[step]) for step in steps)
        top = max(*self.losses, 0.1) * 1.15
        low = -1.5 if high < 2 else -1.0
        return (
            Scene(span, (low, high), tuple(items), "rows on the curve (ringed: asleep)", "z", "f"),
            Scene((0.0, max(10.0, len(self.losses) - 1.0)), (0.0, top), (Line(way, "model"), Mark(*way[-1], "chosen")),
                  "loss", "steps"),
        )  # fmt: skip

    def said(self) -> str:
        return self.told

    def _judged(self) -> str:
        by_w, by_b = self.gradient
        if by_w == by_b == 0:
            return "Dead: the slope is 0 for every row, so both gradients are 0, and no step will ever move it."
        if self.awake == 0:
            return f"All rows are in the flat part. The slope by b is {number(by_b, 2)}: it creeps, but it is not dead."
        return f"{self.awake} of {ROWS} rows are awake."


def inputs() -> Array:
    """The input of each row; none is negative, as no brightness of a pixel is."""
    return np.linspace(0.0, 2.0, ROWS)


def targets() -> Array:
    """1 for the larger half of the inputs, 0 for the others."""
    return (inputs() > 1).astype(float)


def _held(value: float) -> float:
    return min(max(value, -REACH), REACH)
