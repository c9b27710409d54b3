"""A digit squeezed into a few numbers and rebuilt from them, with every number in hand. The squeezing is linear:
principal components, the best that any linear autoencoder can do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any, Self

import numpy as np

from dltui.explore import checked
from dltui.explore.digits import PIXELS, Array, digits, held_out_errors, principal
from dltui.explore.explorer import Action, Control, Explorer, Fact, Slider, Switch
from dltui.explore.numerals import number
from dltui.explore.strip import strip
from dltui.scene import Item, Label, Line, Mark, Role, Scene

SIZES = ("0", "1", "2", "4", "8", "16", "32", "64")
SETTINGS = ("picture", "size", "which", "noise", "pattern")
FARTHEST = 4.0
"""A number of the code goes so many standard deviations to either side."""
SHOWN = 4
"""Numbers of the code that are written out."""
CURVE_SIZES = 48
FEW = 32
"""Bars that stand far enough apart for a head on each."""


@dataclass(frozen=True)
class Codes(Explorer):
    picture: int
    """Place among the held-out digits."""
    size: int
    """Numbers in the code."""
    which: int = 1
    """The number in hand, counted from 1."""
    noise: float = 0.0
    """Standard deviation of what is added to the pixels."""
    code: tuple[float, ...] | None = None
    """64 numbers in units of their standard deviation, where the learner has changed them; None: the picture's own."""
    draws: int = 0
    """Random codes so far: each has its own seed."""
    pattern: bool = False
    """Whether the pattern of the number in hand is drawn, in place of the errors of all sizes."""
    told: str = ""

    @classmethod
    def start(cls, settings: Mapping[str, Any]) -> Self:
        """Settings: picture (0 to 499), size of the code (0, 1, 2, 4 … 64), which number is in hand, noise (0 to 1),
        pattern (whether that of the number in hand is drawn)."""
        checked.known(settings, SETTINGS)
        size = int(checked.choice("size", settings.get("size", 8), SIZES))
        state = cls(
            checked.whole("picture", settings.get("picture", 0), 0, len(digits().test) - 1), size,
            checked.whole("which", settings.get("which", 1), 1, max(1, size)),
            checked.number("noise", settings.get("noise", 0.0), 0.0, 1.0),
            pattern=checked.choice("pattern", settings.get("pattern", False), ("off", "on")) == "on",
        )
        return replace(state, told=state._kept())

    @property
    def seen(self) -> Array:
        """(64,), what the encoder is given."""
        clean = digits().test[self.picture]
        drawn = np.random.default_rng(self.picture).normal(0.0, 1.0, PIXELS)
        return np.asarray(clean + self.noise * drawn, dtype=float)

    @property
    def numbers(self) -> Array:
        """(size,), the code in the units of its pixels."""
        axes = principal()
        own = (self.seen - axes.mean) @ axes.columns
        given = own if self.code is None else np.array(self.code) * _deviations()
        return np.asarray(given[: self.size], dtype=float)

    @property
    def rebuilt(self) -> Array:
        """(64,), what the decoder makes of the code."""
        axes = principal()
        return axes.mean + axes.columns[:, : self.size] @ self.numbers

    @property
    def error(self) -> float:
        """Mean squared error per pixel, held against the picture without noise."""
        return float(((self.rebuilt - digits().test[self.picture]) ** 2).mean())

    @property
    def errors(self) -> Array:
        """(65,), the mean over all held-out digits for each size of the code, expected over the noise: an orthogonal
        projection on k axes leaves σ²·k/64 of it per pixel."""
        return np.asarray(held_out_errors() + self.noise**2 * np.arange(PIXELS + 1) / PIXELS, dtype=float)

    def controls(self) -> Sequence[Control]:
        value = np.clip(self._in_units[self.which - 1], -FARTHEST, FARTHEST) if self.size else 0.0
        return (
            Slider("picture", "picture", self.picture, 0, len(digits().test) - 1, 1),
            Switch("size", "code size k", str(self.size), SIZES),
            Slider("which", "number in hand", self.which, 1, max(1, self.size), 1),
            Slider("value", "its value", round(float(value), 2), -FARTHEST, FARTHEST, 0.25),
            Slider("noise", "noise", self.noise, 0.0, 1.0, 0.1),
        )

    def changed(self, name: str, value: float | str) -> Self:
        value = checked.turned(self.controls(), name, value)
        if (stays := checked.unmoved(self.controls(), name, value)) is not None:
            return replace(self, told=stays or self.told)
        match name:
            case "picture":
                state = replace(self, picture=int(value), code=None)
                return replace(state, told=state._kept())
            case "size":
                size = int(value)
                state = replace(self, size=size, which=min(self.which, max(1, size)))
                return replace(state, told=state._kept())
            case "which":
                return replace(self, which=int(value), told=f"Number {value:g}: turn its value and watch the output.")
            case "noise":
                state = replace(self, noise=float(value), code=None)
                return replace(state, told=state._cleaned())
            case _:
                return self._set(float(value))

    def actions(self) -> Sequence[Action]:
        return sorted((
            Action("next", "u", "next picture"),
            Action("zero", "z", "all numbers 0", self.size > 0),
            Action("random", "a", "random code", self.size > 0),
            Action("own", "x", "the picture's own code", self.code is not None),
        ), key=lambda action: not action.enabled)  # fmt: skip

    def acted(self, name: str) -> Self:
        if not checked.action(self.actions(), name).enabled:
            return self
        match name:
            case "next":
                state = replace(self, picture=(self.picture + 1) % len(digits().test), code=None)
                return replace(state, told=state._kept())
            case "zero":
                told = "All numbers 0: the mean of all digits. Each number adds its pattern to it, or takes it away."
                return replace(self, code=(0.0,) * PIXELS, told=told)
            case "random":
                drawn = np.random.default_rng(self.draws).normal(0.0, 1.0, PIXELS)
                told = "A random code, each number as widely spread as in real digits. Is that a digit?"
                return replace(self, code=tuple(drawn.tolist()), draws=self.draws + 1, told=told)
            case _:
                return replace(self, code=None, told="The picture's own code again.")

    def facts(self) -> Sequence[Fact]:
        codes = " ".join(number(one, 3) for one in self.numbers[:SHOWN].tolist())
        more = " …" if self.size > SHOWN else ""
        variances = principal().variances
        kept = float(variances[: self.size].sum() / variances.sum())
        found = [
            Fact("code", (codes or "empty") + more),
            Fact("error, this one", number(self.error, 3)),
            Fact("error, all", f"{self.errors[self.size]:.4f}"),
            Fact("variance kept", f"{100 * kept:.1f} %"),
        ]
        if self.size:
            found.append(Fact("compression", f"{PIXELS / self.size:g} to 1", rf"\frac{{64}}{{{self.size}}}"))
        if self.noise:
            noisy = float(((self.seen - digits().test[self.picture]) ** 2).mean())
            found.insert(1, Fact("error of input", number(noisy, 3)))
        return found

    def scenes(self) -> Sequence[Scene]:
        named = [("input", self.seen), ("output", self.rebuilt)]
        pictures = strip(named, f"a {digits().labels[self.picture]}: 64 numbers → {self.size} → 64")
        if not self.size:
            return pictures, _curve(self.size, self.errors)
        if not self.pattern:
            return pictures, _curve(self.size, self.errors), self._bars()
        column = principal().columns[:, self.which - 1]
        pattern = strip([(f"of number {self.which}", column)], "pattern", -0.4, 0.4, "signed")
        return pictures, pattern, self._bars()

    def said(self) -> str:
        return self.told

    @property
    def _in_units(self) -> Array:
        """(64,), the numbers of the code in units of their standard deviation; of those outside the code, 0."""
        full = np.zeros(PIXELS)
        deviations = _deviations()[: self.size]
        full[: self.size] = np.divide(self.numbers, deviations, out=np.zeros(self.size), where=deviations > 0)
        return full

    def _set(self, value: float) -> Self:
        if not self.size:
            return replace(self, told="The code is empty: give it a size first.")
        units = self._in_units
        units[self.which - 1] = value
        told = f"Number {self.which} at {value:g} standard deviations: its pattern, {value:g} times over."
        return replace(self, code=tuple(units.tolist()), told=told)

    def _bars(self) -> Scene:
        """The numbers of the code, each in units of its own spread over all digits."""
        values = self._in_units[: self.size].tolist()
        reach = float(max(2, *(ceil(abs(value)) for value in values)))
        items: list[Item] = [Line(((0.5, 0.0), (self.size + 0.5, 0.0)), "faint")]
        for place, value in enumerate(values, 1):
            mine = self.pattern and place == self.which
            role: Role = "accent" if mine else "model"
            items.append(Line(((place, 0.0), (place, value)), role))
            if mine or self.size <= FEW:
                items.append(Mark(place, value, "chosen" if mine else role))
        return Scene((0.5, self.size + 0.5), (-reach, reach), tuple(items), "code, in standard deviations", "number")

    def _kept(self) -> str:
        if not self.size:
            return "No number at all: the decoder can only say what it says to everyone, the mean digit."
        if self.size == PIXELS:
            return "64 numbers for 64 pixels: nothing is lost, and nothing learned about digits."
        what = "1 number" if self.size == 1 else f"{self.size} numbers"
        return f"Rebuilt from {what}, with a squared error of {number(self.error, 3)} per pixel."

    def _cleaned(self) -> str:
        if not self.noise:
            return "No noise: the picture as it is."
        noisy = float(((self.seen - digits().test[self.picture]) ** 2).mean())
        return f"The input is off by {number(noisy, 3)}, the output by {number(self.error, 3)}."


def _deviations() -> Array:
    return np.asarray(np.sqrt(principal().variances), dtype=float)


def _curve(size: int, errors: Array) -> Scene:
    """The held-out error over the size of the code."""
    shown = errors[: CURVE_SIZES + 1].tolist()
    at, top = min(size, CURVE_SIZES), max(0.08, 1.05 * max(shown))
    line = Line(tuple((float(k), error) for k, error in enumerate(shown)), "model")
    items: list[Item] = [line, Mark(at, shown[at], "chosen"), Label(at + 1.5, shown[at] + 0.08 * top, f"k = {size}")]
    return Scene((0.0, float(CURVE_SIZES)), (0.0, top), tuple(items), "error of held-out digits", "code size k")
