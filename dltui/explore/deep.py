"""Why gradients vanish and explode: a factor for each layer, one unit or 32 wide."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, Self

import numpy as np

from dltui.explore import checked
from dltui.explore import deep_words as words
from dltui.explore.deep_facts import of_chain, of_net
from dltui.explore.deep_net import ACTIVATIONS, Activation, Deep, Passed, apart, size, slope
from dltui.explore.deep_pictures import outputs, sizes, slopes
from dltui.explore.explorer import Action, Control, Explorer, Fact, SettingError, Slider, Switch
from dltui.scene import Scene

WIDTHS = ("1", "32")
ROWS = 64
"""Inputs that the wide net sees at once."""
DEEPEST = 30
STARTS: Mapping[str, float] = MappingProxyType({"PyTorch": 1 / math.sqrt(3), "Xavier": 1.0, "He": math.sqrt(2.0)})
"""The deviation of a weight times √n, between layers of n units: PyTorch draws evenly from ±1/√n."""
OWN = "own"
SWITCHED = ("off", "on")
SETTINGS = ("width", "depth", "activation", "w", "b", "x", "start", "residual", "norm", "seed", "at")


@dataclass(frozen=True)
class DeepNet(Explorer):
    wide: bool
    depth: int
    activation: Activation
    w: float
    """The weight of every unit of a chain; the deviation of the weights times √n of a wide net."""
    b: float = 0.0
    x: float = 0.5
    residual: bool = False
    norm: bool = False
    seed: int = 0
    at: int = 1
    """The layer in front of which the way back has come, from 1."""
    told: str = ""

    @classmethod
    def start(cls, settings: Mapping[str, Any]) -> Self:
        """Settings: width (1, 32), depth, activation, w or start (PyTorch, Xavier, He), residual and norm (on, off),
        seed, at (the layer in hand); for a chain also b and x, the input."""
        checked.known(settings, SETTINGS)
        wide = checked.choice("width", settings.get("width", "1"), WIDTHS) == "32"
        for name in ("b", "x") if wide else ("start", "norm", "seed"):
            if name in settings:
                raise SettingError(f"{name} is for width {WIDTHS[not wide]}, and this is width {WIDTHS[wide]}")
        if "start" in settings and "w" in settings:
            raise SettingError("start sets w: give one of the two")
        begun = settings.get("start", "PyTorch")
        w = STARTS[checked.choice("start", begun, tuple(STARTS))] if wide else 1.0
        depth = checked.whole("depth", settings.get("depth", 10), 1, DEEPEST)
        state = cls(
            wide, depth, _activation(settings.get("activation", "sigmoid")),
            checked.number("w", settings.get("w", w), 0, 6), checked.number("b", settings.get("b", 0.0), -4, 4),
            checked.number("x", settings.get("x", 0.5), -2, 2), _on("residual", settings), _on("norm", settings),
            checked.whole("seed", settings.get("seed", 0), 0, 99), checked.whole("at", settings.get("at", 1), 1, depth),
        )
        return replace(state, told=state._judged() if state.at == 1 else "m follows the gradient back, layer by layer.")

    def controls(self) -> Sequence[Control]:
        offered: list[Control] = [
            Slider("w", "g" if self.wide else "w", self.w, 0.0, 6.0, 0.1),
            Slider("depth", "depth", self.depth, 1, DEEPEST, 1),
            Switch("activation", "activation", self.activation, ACTIVATIONS),
            Switch("residual", "residual", SWITCHED[self.residual], SWITCHED),
        ]
        if self.wide:
            start = next((name for name, w in STARTS.items() if abs(w - self.w) < 1e-9), OWN)
            return [Switch("start", "start", start, (*STARTS, OWN)), *offered,
                    Switch("norm", "batch norm", SWITCHED[self.norm], SWITCHED)]  # fmt: skip
        return [*offered, Slider("b", "b", self.b, -4.0, 4.0, 0.1), Slider("x", "x", self.x, -2.0, 2.0, 0.1)]

    def changed(self, name: str, value: float | str) -> Self:
        value = checked.turned(self.controls(), name, value)
        if (stays := checked.unmoved(self.controls(), name, value)) is not None:
            return replace(self, told=stays or self.told)
        match name:
            case "activation":
                state = replace(self, activation=_activation(value))
            case "depth":
                state = replace(self, depth=int(value), at=min(self.at, int(value)))
            case "start":
                state = self if value == OWN else replace(self, w=STARTS[str(value)])
            case "residual":
                state = replace(self, residual=value == "on")
            case "norm":
                state = replace(self, norm=value == "on")
            case "w":
                state = replace(self, w=float(value))
            case "b":
                state = replace(self, b=float(value))
            case _:
                state = replace(self, x=float(value))
        return replace(state, told=state._judged())

    def actions(self) -> Sequence[Action]:
        steps = [
            Action("back", "m", "back one layer", self.at > 1),
            Action("all", "e", "all the way back", self.at > 1),
            Action("end", "y", "begin at the end", self.at < self.depth),
        ]
        if self.wide:
            steps.append(Action("draw", "z", "draw new weights"))
        return sorted(steps, key=lambda action: not action.enabled)

    def acted(self, name: str) -> Self:
        if not checked.action(self.actions(), name).enabled:
            return self
        match name:
            case "back":
                state = replace(self, at=self.at - 1)
                return replace(state, told=state._walked())
            case "all":
                state = replace(self, at=1)
            case "end":
                state = replace(self, at=self.depth)
                return replace(state, told=state._walked())
            case _:
                state = replace(self, seed=(self.seed + 1) % 100)
        return replace(state, told=state._judged())

    def facts(self) -> Sequence[Fact]:
        if self.wide:
            return of_net(self.passed, self.at, self.activation, self.w)
        return of_chain(self.passed, self.at, self.factors, self.activation, (self.w, self.b), self.residual)

    def scenes(self) -> Sequence[Scene]:
        found = self.passed
        back = self._backward()
        if self.wide:
            forward = [apart(each) for each in found.a]
            return (sizes(forward, back, self.at, ("inputs apart →", "gradient ←")),
                    outputs(self.activation, found.z, self.at))  # fmt: skip
        forward = [size(each) for each in found.a]
        return (sizes(forward, back, self.at, ("value →", "gradient ←")),
                slopes(self.activation, [float(z[0, 0]) for z in found.z], self.at))  # fmt: skip

    def said(self) -> str:
        return self.told

    @cached_property
    def passed(self) -> Passed:
        """Forward and backward: from 1 for a chain, whose last value is the loss; from drawn numbers for a net."""
        n = 32 if self.wide else 1
        if self.wide:
            random = np.random.default_rng(self.seed)
            x, end = random.normal(size=(ROWS, n)), random.normal(size=(ROWS, n))
            # Each layer has draws of its own, so that more depth leaves the layers before as they were.
            drawn = [np.random.default_rng((self.seed, layer)).normal(size=(n, n)) for layer in range(self.depth)]
        else:
            x, end, drawn = np.array([[self.x]]), np.ones((1, 1)), [np.ones((1, 1))] * self.depth
        weights = [self.w / math.sqrt(n) * each for each in drawn]
        return Deep(weights, self.b, self.activation, self.residual, self.norm).passed(x, end)

    @property
    def factors(self) -> list[float]:
        """What a chain multiplies the gradient by in each layer, the first layer's first."""
        past = 1.0 if self.residual else 0.0
        return [self.w * float(slope(self.activation, z)[0, 0]) + past for z in self.passed.z]

    def _backward(self) -> list[float]:
        """The size of the gradient in front of each layer and behind the last one, which is 1."""
        found = [size(each) for each in self.passed.back]
        return [each / found[-1] for each in found]

    def _judged(self) -> str:
        return words.verdict(self._backward()[0], self.depth)

    def _walked(self) -> str:
        back = self._backward()
        here, behind = back[self.at - 1], back[self.at]
        factor = here / behind if behind else 0.0
        if self.wide:
            return words.walked_wide(self.at, factor, here)
        if self.activation == "relu" and factor == 0:
            return words.off(self.at)
        return words.walked(self.at, self.factors[self.at - 1], here)


def _activation(given: object) -> Activation:
    name = checked.choice("activation", given, ACTIVATIONS)
    return next(one for one in ACTIVATIONS if one == name)


def _on(name: str, settings: Mapping[str, Any]) -> bool:
    return checked.choice(name, settings.get(name, "off"), SWITCHED) == "on"
