"""A linear autoencoder learns before the learner's eyes, beside the principal components it is measured against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np

from dltui.explore import checked
from dltui.explore.digits import PIXELS, principal
from dltui.explore.explorer import Action, Control, Explorer, Fact, Slider, Switch
from dltui.explore.linear_autoencoder import Array, Linear, angle, cosine
from dltui.explore.numerals import number
from dltui.explore.strip import strips
from dltui.scene import Item, Line, Mark, Pair, Scene

SIZES = ("1", "2", "3", "4")
SETTINGS = ("size", "seed", "rate")
LOWEST, HIGHEST = 0.03, 0.13
"""Ends of the picture of the error."""
LONGEST = 400
"""Points of the curve that are kept."""


@dataclass(frozen=True)
class Subspace(Explorer):
    net: Linear = field(compare=False)  # arrays have no plain equality; the rest says how it came to be
    size: int
    seed: int = 0
    rate: float = 0.02
    trail: tuple[Pair, ...] = ()
    """(step, error) so far."""
    mixes: int = 0
    """How often the code was mixed."""
    told: str = ""

    @classmethod
    def start(cls, settings: Mapping[str, Any]) -> Self:
        """Settings: size of the code (1 to 4), seed of the weights (0 to 99), rate (0.001 to 0.1) of Adam."""
        checked.known(settings, SETTINGS)
        size = int(checked.choice("size", settings.get("size", 4), SIZES))
        seed = checked.whole("seed", settings.get("seed", 0), 0, 99)
        rate = checked.number("rate", settings.get("rate", 0.02), 0.001, 0.1)
        return cls(Linear.drawn(size, PIXELS, seed), size, seed, rate)._begun()

    @property
    def axes(self) -> Array:
        """(64, size), the first principal axes."""
        return principal().columns[:, : self.size]

    @property
    def error(self) -> float:
        return self.net.error(principal().covariance)

    @property
    def least(self) -> float:
        """The error of the principal components: nothing linear gets below it."""
        return float(principal().variances[self.size :].sum() / PIXELS)

    @property
    def angle(self) -> float:
        return angle(self.net.decoder, self.axes)

    def controls(self) -> Sequence[Control]:
        return (
            Switch("size", "code size k", str(self.size), SIZES),
            Slider("seed", "seed", self.seed, 0, 99, 1),
            Slider("rate", "learning rate", self.rate, 0.001, 0.1, 0.001),
        )

    def changed(self, name: str, value: float | str) -> Self:
        value = checked.turned(self.controls(), name, value)
        if (stays := checked.unmoved(self.controls(), name, value)) is not None:
            return replace(self, told=stays or self.told)
        if name == "rate":
            return replace(self, rate=float(value), told=f"Steps of about {value:g} for every weight.")
        size, seed = (int(value), self.seed) if name == "size" else (self.size, int(value))
        return replace(self, net=Linear.drawn(size, PIXELS, seed), size=size, seed=seed, trail=())._begun()

    def actions(self) -> Sequence[Action]:
        return (
            Action("step", "u", "one step"),
            Action("fifty", "e", "50 steps"),
            Action("mix", "m", "mix the code"),
            Action("solve", "a", "least squares"),
        )

    def acted(self, name: str) -> Self:
        checked.action(self.actions(), name)
        covariance = principal().covariance
        match name:
            case "mix":
                mixed = self.net.mixed(self.mixes)
                told = "Another code for the same function: the patterns changed, error and angle did not."
                return replace(self, net=mixed, mixes=self.mixes + 1, told=told)
            case "solve":
                told = "Best decoder for this encoder, then best encoder for that decoder."
                return self._moved(self.net.solved(covariance), told)
            case _:
                steps = 1 if name == "step" else 50
                return self._moved(self.net.trained(covariance, steps, self.rate), "")

    def facts(self) -> Sequence[Fact]:
        columns = self.net.decoder.T
        found = [
            Fact("step", str(self.net.steps)),
            Fact("error", f"{self.error:.6f}"),
            Fact("of PCA", f"{self.least:.6f}"),
            Fact("largest angle", f"{number(self.angle, 3)}°"),
        ]
        if self.size > 1:
            found.append(Fact("cos, columns 1 2", f"{cosine(columns[0], columns[1]):.3f}"))
        lengths = " ".join(number(float(one), 3) for one in np.linalg.norm(columns, axis=1))
        return [*found, Fact("their lengths", lengths)]

    def scenes(self) -> Sequence[Scene]:
        own = [(f"col {place + 1}", _scaled(column)) for place, column in enumerate(self.net.decoder.T)]
        best = [(f"axis {place + 1}", _scaled(column)) for place, column in enumerate(self.axes.T)]
        title = "the decoder's columns, the principal axes"
        return strips([own, best], title, -1.0, 1.0, "signed"), self._curve()

    def said(self) -> str:
        return self.told

    def _curve(self) -> Scene:
        last = max(100.0, self.trail[-1][0])
        across = (0.0, last)
        items: list[Item] = [
            Line(((0.0, self.least), (last, self.least)), "faint", dashed=True, name="PCA"),
            Line(self.trail, "model", name="autoencoder"),
            Mark(self.trail[-1][0], min(self.trail[-1][1], HIGHEST), "chosen"),
        ]
        return Scene(across, (LOWEST, HIGHEST), tuple(items), "error", "step")

    def _begun(self) -> Self:
        told = f"Random weights: an error of {number(self.error, 3)} where PCA has {number(self.least, 3)}."
        return replace(self, trail=((0.0, self.error),), told=told)

    def _moved(self, net: Linear, told: str) -> Self:
        state = replace(self, net=net)
        state = replace(state, trail=(*self.trail, (float(net.steps), state.error))[-LONGEST:])
        return replace(state, told=f"{told} {state._near()}".strip())

    def _near(self) -> str:
        above = 100 * (self.error / self.least - 1)
        end = f"the spaces are {number(self.angle, 3)}° apart"
        if above < 0.1:
            return f"As good as PCA, within 0.1 %; {end}."
        return f"{number(above, 3)} % above PCA; {end}."


def _scaled(column: Array) -> Array:
    """With 1 or -1 as its largest number, so that patterns can be compared whatever their lengths."""
    return np.asarray(column / max(float(np.abs(column).max()), 1e-12), dtype=float)
