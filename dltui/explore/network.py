"""XOR by hand: two hidden units, nine numbers to turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Self

import numpy as np

from dltui.explore import checked
from dltui.explore import network_words as words
from dltui.explore.explorer import Action, Control, Explorer, Fact, Slider, Switch
from dltui.explore.network_facts import facts
from dltui.explore.network_net import ACTIVATIONS, NAMES, TASKS, Activation, Net
from dltui.explore.network_pictures import pictures
from dltui.scene import Scene

LABELS = ("w₁₁", "w₁₂", "b₁", "w₂₁", "w₂₂", "b₂", "v₁", "v₂", "c")
MOST, STEP = 10.0, 0.25
BY_HAND = "by hand"
"""The preset once a learner has turned a number."""


def _random(seed: int) -> Net:
    """Numbers that the sliders can be set to, spread as an untrained net's."""
    drawn = np.random.default_rng(seed).normal(0, 1, len(NAMES))
    return Net(tuple((np.round(drawn / STEP) * STEP + 0.0).tolist()), "tanh")


PRESETS: Mapping[str, Net] = MappingProxyType({
    "zero": Net((0.0,) * 9, "relu"),
    "relu solution": Net((1.0, 1.0, 0.0, 1.0, 1.0, -1.0, 1.0, -2.0, 0.0), "relu"),
    "two lines (step)": Net((1.0, 1.0, -0.5, 1.0, 1.0, -1.5, 1.0, -1.0, 0.0), "step"),
    **{f"random {seed}": _random(seed) for seed in (1, 2, 3)},
})
SETTINGS = ("preset", "activation", "task", "corner", *NAMES)


@dataclass(frozen=True)
class Network(Explorer):
    net: Net
    preset: str = "zero"
    task: str = "xor"
    corner: int = 0
    """The input whose way through the net is spelled out."""
    told: str = ""

    @classmethod
    def start(cls, settings: Mapping[str, Any]) -> Self:
        """Settings: preset, activation, task (xor, and, or, same), corner (0 to 3), and any of the nine numbers."""
        checked.known(settings, SETTINGS)
        preset = checked.choice("preset", settings.get("preset", "zero"), tuple(PRESETS))
        net = PRESETS[preset]
        given = [checked.number(name, settings.get(name, net.numbers[i]), -MOST, MOST) for i, name in enumerate(NAMES)]
        activation = _activation(settings.get("activation", net.activation))
        changed = Net(tuple(given), activation)
        task = checked.choice("task", settings.get("task", "xor"), tuple(TASKS))
        corner = checked.whole("corner", settings.get("corner", 0), 0, 3)
        name = preset if changed == net else BY_HAND
        return cls(changed, name, task, corner, words.opening(changed, TASKS[task], task))

    def controls(self) -> Sequence[Control]:
        return (
            *(
                Slider(name, label, value, -MOST, MOST, STEP)
                for name, label, value in zip(NAMES, LABELS, self.net.numbers, strict=True)
            ),
            Switch("activation", "activation", self.net.activation, ACTIVATIONS),
            Switch("preset", "start from", self.preset, (*PRESETS, BY_HAND)),
            Switch("task", "task", self.task, tuple(TASKS)),
        )

    def changed(self, name: str, value: float | str) -> Self:
        value = checked.turned(self.controls(), name, value)
        if (stays := checked.unmoved(self.controls(), name, value)) is not None:
            return replace(self, told=stays or self.told)
        match name:
            case "activation":
                net = replace(self.net, activation=_activation(value))
                return self._moved(net, BY_HAND)
            case "preset":
                return self if value == BY_HAND else self._moved(PRESETS[str(value)], str(value))
            case "task":
                return replace(self, task=str(value), told=words.opening(self.net, TASKS[str(value)], str(value)))
            case _:
                place = NAMES.index(name)
                numbers = (*self.net.numbers[:place], float(value), *self.net.numbers[place + 1 :])
                return self._moved(replace(self.net, numbers=numbers), BY_HAND)

    def actions(self) -> Sequence[Action]:
        hint = Action("hint", "i", "hint", not all(self.net.right(self._wanted)))
        others = (Action("corner", "m", "next corner"), Action("swap", "x", "swap the hidden units"))
        return (others[0], hint, others[1]) if hint.enabled else (*others, hint)

    def acted(self, name: str) -> Self:
        if not checked.action(self.actions(), name).enabled:
            return self
        match name:
            case "corner":
                corner = (self.corner + 1) % 4
                return replace(self, corner=corner, told=words.forward(self.net, self._wanted, corner))
            case "hint":
                return replace(self, told=words.hint(self.net, self._wanted, LABELS, STEP, MOST))
            case _:
                return replace(self, net=self.net.swapped(), preset=BY_HAND, told=words.SWAPPED)

    def facts(self) -> Sequence[Fact]:
        return facts(self.net, self._wanted, self.corner)

    def scenes(self) -> Sequence[Scene]:
        return pictures(self.net, self._wanted, self.corner)

    def said(self) -> str:
        return self.told

    @property
    def _wanted(self) -> tuple[int, ...]:
        return TASKS[self.task]

    def _moved(self, net: Net, preset: str) -> Self:
        told = words.moved(self.net, net, self._wanted)
        return replace(self, net=net, preset=preset, told=told)


def _activation(given: object) -> Activation:
    name = checked.choice("activation", given, ACTIVATIONS)
    return next(one for one in ACTIVATIONS if one == name)
