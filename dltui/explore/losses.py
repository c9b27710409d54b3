"""Four losses of one score, side by side, and a race downhill: who starts where the machine is sure and wrong?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Self

import numpy as np

from dltui.explore import checked
from dltui.explore.bends import Array, sigmoid
from dltui.explore.explorer import Action, Control, Explorer, Fact, Slider, Switch
from dltui.explore.numerals import many, number
from dltui.scene import Item, Label, Line, Mark, Role, Scene

REACH = 8.0
FAR = 20.0
"""Runners are stopped here."""
SETTINGS = ("z", "truth", "eta")


@dataclass(frozen=True)
class Charge:
    """A loss of the margin m: the score, its sign turned where the truth is 0."""

    letter: str
    """Of its runner in the pictures."""
    name: str
    role: Role
    value: Callable[[Array], Array]
    slope: Callable[[Array], Array]
    tex: str
    """By the score z, for the truth 1."""
    tex_zero: str
    """The same for the truth 0."""


CHARGES: tuple[Charge, ...] = (
    Charge("a", "cross entropy", "model", lambda m: np.logaddexp(0.0, -m), lambda m: -sigmoid(-m),
           r"\ln(1 + e^{-z})", r"\ln(1 + e^z)"),
    Charge("b", "squared", "second", lambda m: sigmoid(-m) ** 2 / 2, lambda m: -(sigmoid(-m) ** 2) * sigmoid(m),
           r"\frac{1}{2}(1 - \sigma(z))^2", r"\frac{1}{2}\sigma(z)^2"),
    Charge("c", "hinge", "third", lambda m: np.maximum(0.0, 1 - m), lambda m: -(m < 1).astype(float),
           r"\max(0, 1 - z)", r"\max(0, 1 + z)"),
)  # fmt: skip
WRONG: Mapping[str, float] = MappingProxyType({"1": 1.0, "0": -1.0})
"""The truth -> the sign of its margin."""


@dataclass(frozen=True)
class Losses(Explorer):
    start_z: float
    truth: str
    eta: float
    runners: tuple[float, ...]
    """The score of each loss's own runner."""
    steps: int = 0
    arrived: tuple[int | None, ...] = (None,) * len(CHARGES)
    """After how many steps each runner came to 0, from the wrong side to the right one."""
    told: str = ""

    @classmethod
    def start(cls, settings: Mapping[str, Any]) -> Self:
        """Settings: z (the score in the beginning), truth (0, 1), eta (the learning rate)."""
        checked.known(settings, SETTINGS)
        z = checked.number("z", settings.get("z", -5.0), -REACH, REACH)
        truth = checked.choice("truth", settings.get("truth", "1"), tuple(WRONG))
        eta = checked.number("eta", settings.get("eta", 1.0), 0.1, 5.0)
        told = "One score, one truth, three losses. z sets all runners on one start; u lets each go down its own slope."
        return cls(z, truth, eta, (z,) * len(CHARGES), told=told)._timed()

    @property
    def sign(self) -> float:
        return WRONG[self.truth]

    @property
    def margins(self) -> Array:
        return self.sign * np.array(self.runners)

    def controls(self) -> Sequence[Control]:
        return [
            Slider("z", "z", self.start_z, -REACH, REACH, 0.5),
            Switch("truth", "truth t", self.truth, tuple(WRONG)),
            Slider("eta", "η", self.eta, 0.1, 5.0, 0.1),
        ]

    def changed(self, name: str, value: float | str) -> Self:
        value = checked.turned(self.controls(), name, value)
        if (stays := checked.unmoved(self.controls(), name, value)) is not None:
            return replace(self, told=stays or self.told)
        if name == "eta":
            return replace(self, eta=float(value), told=f"Each step goes {value:g} times the slope.")
        state = replace(self, truth=str(value)) if name == "truth" else replace(self, start_z=float(value))
        state = replace(state, runners=(state.start_z,) * len(CHARGES), steps=0, arrived=(None,) * len(CHARGES))
        return replace(state._timed(), told=state._placed())

    def actions(self) -> Sequence[Action]:
        return [
            Action("step", "u", "one step downhill"),
            Action("ten", "e", "ten steps"),
            Action("many", "y", "100 steps"),
            Action("back", "a", "back to the start", self.steps > 0),
        ]

    def acted(self, name: str) -> Self:
        action = checked.action(self.actions(), name)
        if not action.enabled:
            return self
        if action.name == "back":
            return replace(self, runners=(self.start_z,) * len(CHARGES), steps=0, arrived=(None,) * len(CHARGES),
                           told="All three back at the start.")._timed()  # fmt: skip
        count = {"step": 1, "ten": 10, "many": 100}[action.name]
        state = self
        for _ in range(count):
            state = state._stepped()
        return replace(state, told=f"{many(count, 'step')}. {state._standing()}")

    def facts(self) -> Sequence[Fact]:
        found = [Fact("steps", f"{self.steps}{self._order()}")]
        for charge, m, z in zip(CHARGES, self.margins.tolist(), self.runners, strict=True):
            loss, slope = (float(part(np.array([m]))[0]) for part in (charge.value, charge.slope))
            text = f"{number(loss)}, slope by z {number(self.sign * slope)}, z = {number(z, 3)}"
            found.append(Fact(f"{charge.letter} {charge.name}", text,
                              charge.tex if self.truth == "1" else charge.tex_zero))  # fmt: skip
        return found

    def scenes(self) -> Sequence[Scene]:
        z = np.linspace(-REACH, REACH, 241)
        low: list[Item] = []
        below: list[Item] = []
        for charge in CHARGES:
            name = f"{charge.letter} {charge.name}"
            y, slope = charge.value(self.sign * z), self.sign * charge.slope(self.sign * z)
            low.append(Line(tuple(zip(z.tolist(), y.tolist(), strict=True)), charge.role, name=name))
            below.append(Line(tuple(zip(z.tolist(), slope.tolist(), strict=True)), charge.role, name=name))
        for charge, at in zip(CHARGES, self.runners, strict=True):
            m = np.array([self.sign * at])
            value, slope_here = float(charge.value(m)[0]), float(self.sign * charge.slope(m)[0])
            for items, height in ((low, value), (below, slope_here)):
                items += [Mark(at, height, "chosen"), Label(at + 0.25, height, charge.letter, charge.role)]
        slopes = (-1.15, 0.35) if self.truth == "1" else (-0.35, 1.15)
        return (
            Scene((-REACH, REACH), (-0.4, 6.0), tuple(low), "what is charged", "z", "E"),
            Scene((-REACH, REACH), slopes, tuple(below), "slope by z: what pulls", "z", ""),
        )

    def said(self) -> str:
        return self.told

    def _stepped(self) -> Self:
        slopes = [float(charge.slope(np.array([m]))[0]) for charge, m in zip(CHARGES, self.margins, strict=True)]
        runners = tuple(
            min(max(z - self.eta * self.sign * slope, -FAR), FAR)
            for z, slope in zip(self.runners, slopes, strict=True)
        )
        return replace(self, runners=runners, steps=self.steps + 1)._timed()

    def _timed(self) -> Self:
        """With the step at which a runner came to 0."""
        arrived = tuple(
            self.steps if when is None and m >= 0 else when
            for when, m in zip(self.arrived, self.margins.tolist(), strict=True)
        )
        return replace(self, arrived=arrived)

    def _order(self) -> str:
        """Who has come to 0, the first one first; nothing is said of a start on the right side."""
        come = sorted((when, charge.letter) for when, charge in zip(self.arrived, CHARGES, strict=True) if when)
        return "; came to 0: " + ", ".join(f"{letter} in {when}" for when, letter in come) if come else ""

    def _standing(self) -> str:
        parts = [
            f"{charge.name} z = {number(z, 3)}" for charge, z in zip(CHARGES, self.runners, strict=True)
        ]
        return ", ".join(parts) + "."

    def _placed(self) -> str:
        m = float(self.margins[0])
        slopes = [abs(float(charge.slope(np.array([m]))[0])) for charge in CHARGES]
        if m == 0:
            return "Undecided: " + ", ".join(
                f"{charge.name} pulls with {number(slope, 3)}" for charge, slope in zip(CHARGES, slopes, strict=True)
            ) + "."
        if m < 0:
            return f"Wrong: cross entropy pulls with {number(slopes[0], 3)}, squared error with {number(slopes[1], 3)}."
        return f"Right: cross entropy pulls with {number(slopes[0], 3)}, the hinge with {number(slopes[2], 3)}."
