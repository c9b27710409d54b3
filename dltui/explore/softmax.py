"""Scores turned into probabilities: softmax with a temperature, what is charged, and the pull on each score."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from dltui.explore import checked
from dltui.explore.bends import Array, sigmoid
from dltui.explore.explorer import Action, Control, Explorer, Fact, SettingError, Slider, Switch
from dltui.explore.numerals import factor, many, number, tex, vector
from dltui.scene import Item, Label, Line, Role, Scene

OUTPUTS = ("softmax", "softmin", "double softmax", "sigmoids")
CLASSES = ("1", "2", "3", "4", "5")
SETTINGS = ("scores", "output", "temperature", "truth", "eta", "shift")
REACH = 10.0
FAR = 1000.0
"""The largest number that may be added to all scores."""
STROKES = 14
"""Lines that fill a bar."""
THICK = 0.3
"""Half the height of a bar; bars are 1 apart."""


@dataclass(frozen=True)
class Softmax(Explorer):
    scores: tuple[float, ...]
    output: str
    temperature: float
    truth: int
    """The true class, counted from 0."""
    eta: float
    shift: float = 0.0
    """Added to every score."""
    told: str = ""

    @classmethod
    def start(cls, settings: Mapping[str, Any]) -> Self:
        """Settings: scores (2 to 5 numbers), output (softmax, softmin, double softmax, sigmoids), temperature, truth
        (the true class, counted from 1), eta, shift (added to every score)."""
        checked.known(settings, SETTINGS)
        given = settings.get("scores", [1.0, 2.0, 3.0])
        scores = checked.several("scores", given, lambda name, one: checked.number(name, one, -REACH, REACH), 5)
        if len(scores) < 2:
            raise SettingError(f"scores are 2 to 5 numbers, not {len(scores)}")
        state = cls(
            scores, checked.choice("output", settings.get("output", "softmax"), OUTPUTS),
            checked.number("temperature", settings.get("temperature", 1.0), 0.1, 10.0),
            checked.whole("truth", settings.get("truth", len(scores)), 1, len(scores)) - 1,
            checked.number("eta", settings.get("eta", 1.0), 0.1, 5.0),
            checked.number("shift", settings.get("shift", 0.0), -FAR, FAR),
        )  # fmt: skip
        return replace(state, told="Each bar is the probability of a class. Raise one score: what do the others do?")

    @property
    def z(self) -> Array:
        """The scores as they go into the output, shifted and cooled."""
        return np.asarray((np.array(self.scores) + self.shift) / self.temperature, dtype=float)

    @property
    def p(self) -> Array:
        """What the machine says of each class."""
        return said(self.z, self.output)

    @property
    def loss(self) -> float:
        """Cross entropy; with sigmoids the sum of the charges of all classes. In log space, so that it is finite."""
        if self.output == "sigmoids":
            return float(np.logaddexp(0.0, -self.z * (2 * self.hot - 1)).sum())
        z = {"softmin": -self.z, "double softmax": said(self.z, "softmax")}.get(self.output, self.z)
        return float(np.logaddexp.reduce(z)) - float(z[self.truth])

    @property
    def hot(self) -> Array:
        """1 for the true class, 0 for the others."""
        return np.asarray(np.arange(len(self.scores)) == self.truth, dtype=float)

    @property
    def gradient(self) -> Array:
        """The slope of the loss by each score."""
        pull = self.p - self.hot
        if self.output == "softmin":
            pull = -pull
        if self.output == "double softmax":  # once more through the softmax inside
            inside = said(self.z, "softmax")
            pull = inside * (pull - (pull * inside).sum())
        return np.asarray(pull / self.temperature, dtype=float)

    def controls(self) -> Sequence[Control]:
        offered: list[Control] = [
            Slider(f"z{place + 1}", f"z{'₁₂₃₄₅'[place]}", score, -REACH, REACH, 0.5)
            for place, score in enumerate(self.scores)
        ]
        return [
            *offered,
            Slider("temperature", "T", self.temperature, 0.1, 10.0, 0.1 if self.temperature < 2 else 1.0),
            Switch("truth", "true class", str(self.truth + 1), CLASSES[: len(self.scores)]),
            Switch("output", "output", self.output, OUTPUTS),
            Slider("shift", "added to all", self.shift, -FAR, FAR, 100.0),
            Slider("eta", "η", self.eta, 0.1, 5.0, 0.1),
        ]

    def changed(self, name: str, value: float | str) -> Self:
        value = checked.turned(self.controls(), name, value)
        if (stays := checked.unmoved(self.controls(), name, value)) is not None:
            return replace(self, told=stays or self.told)
        match name:
            case "temperature":
                state = replace(self, temperature=float(value), told=_warmth(float(value)))
            case "truth":
                state = replace(self, truth=int(value) - 1)
                state = replace(state, told=f"Class {value} is true: it was given {number(state.p[state.truth], 3)}.")
            case "output":
                state = replace(self, output=str(value), told=OUTPUT_TOLD[str(value)])
            case "shift":
                state = replace(self, shift=float(value))
                same = "nothing changes: only differences count" if self.output != "sigmoids" else "each sigmoid moves"
                state = replace(state, told=f"{number(state.shift)} added to every score, and {same}.")
            case "eta":
                state = replace(self, eta=float(value), told=f"Each step goes {value:g} times the gradient.")
            case _:
                state = self._scored(int(name[1:]) - 1, float(value))
        return state

    def actions(self) -> Sequence[Action]:
        return [Action("step", "u", "one step downhill"), Action("steps", "e", "ten steps downhill")]

    def acted(self, name: str) -> Self:
        count = 1 if checked.action(self.actions(), name).name == "step" else 10
        state = self
        for _ in range(count):
            moved = np.clip(np.array(state.scores) - self.eta * state.gradient, -REACH, REACH)
            state = replace(state, scores=tuple(moved.tolist()))
        told = f"{many(count, 'step')} against the pull: loss {number(self.loss)} → {number(state.loss)}."
        return replace(state, told=told)

    def facts(self) -> Sequence[Fact]:
        p, loss = self.p, self.loss
        given = self.truth + 1
        ratio = _largest(self.scores, self.temperature) if self.output in OUTPUTS[:2] else ""
        charge = rf"-\ln {factor(p[self.truth])}" if p[self.truth] > 1e-300 else r"-\ln p"
        outer = f"the sum over {len(p)} classes" if self.output == "sigmoids" else ""
        return [
            Fact("probabilities", vector(p), _formula(self.output, self.temperature)),
            Fact("loss", number(loss) + (f": {outer}" if outer else ""), "" if outer else charge),
            Fact("their sum", number(float(p.sum()))),
            Fact("pull", vector(self.gradient), _pull_formula(self.output, self.temperature)),
            Fact("largest", f"class {int(p.argmax()) + 1}, and {given} is true", ratio),
            Fact("scores", vector(self.z) if self.temperature != 1 else vector(np.array(self.scores) + self.shift)),
        ]

    def scenes(self) -> Sequence[Scene]:
        p, pull = self.p, self.gradient
        most = max(1.0, float(np.abs(pull).max()))
        high, low = len(p) + 0.5, 0.4
        chances: list[Item] = []
        pulls: list[Item] = [Line(((0.0, low), (0.0, high)), "faint", dashed=True)]
        for place, (share, slope) in enumerate(zip(p.tolist(), pull.tolist(), strict=True)):
            y = place + 1.0
            true = place == self.truth
            role: Role = "accent" if true else "model"
            shown: Role = "chosen" if true else "text"
            name = f"{place + 1}{' true' if true else ''}"
            chances += [_bar(share, y, role), Label(share + 0.08, y, f"{name}: {share:.3f}", shown)]
            pulls += [_bar(slope, y, role), Label(max(slope, 0.0) + 0.12 * most, y, f"{name}: {slope:+.3f}", shown)]
        return (
            Scene((0.0, 1.45), (low, high), tuple(chances), "probabilities", "p", "class"),
            Scene((-1.05 * most, 1.45 * most), (low, high), tuple(pulls), "pull: slope of the loss",
                  "by z", "class"),
        )  # fmt: skip

    def said(self) -> str:
        return self.told

    def _scored(self, place: int, value: float) -> Self:
        scores = (*self.scores[:place], value, *self.scores[place + 1 :])
        state = replace(self, scores=scores)
        before, now = self.p[place], state.p[place]
        others = "the others stay as they are" if self.output == "sigmoids" else "the others share what is left"
        told = f"Class {place + 1}: {number(before, 3)} → {number(now, 3)}; {others}. Loss {number(state.loss)}."
        return replace(state, told=told)


OUTPUT_TOLD: Mapping[str, str] = {
    "softmax": "Softmax: exp of each score, divided by the sum of them all.",
    "softmin": "With exp(-z) the smallest score wins: that is softmin, a slip that has been in print.",
    "double softmax": "Softmax of a softmax: scores between 0 and 1 are nearly equal, so the answer is a shrug.",
    "sigmoids": "One sigmoid for each class: each a yes or no of its own, and they need not add up to 1.",
}


def said(z: Array, output: str) -> Array:
    """(k,) scores -> (k,): what each class is given."""
    if output == "sigmoids":
        return sigmoid(z)
    if output == "softmin":
        return said(-z, "softmax")
    if output == "double softmax":
        return said(said(z, "softmax"), "softmax")
    powers = np.exp(z - z.max())
    return np.asarray(powers / powers.sum(), dtype=float)


def _bar(value: float, y: float, role: Role) -> Line:
    """Filled by going to and fro."""
    points: list[tuple[float, float]] = []
    for stroke in range(STROKES):
        at = y - THICK + 2 * THICK * stroke / (STROKES - 1)
        ends = [(0.0, at), (value, at)]
        points += ends if stroke % 2 == 0 else ends[::-1]
    return Line(tuple(points), role)


def _warmth(temperature: float) -> str:
    if temperature < 1:
        return f"T = {number(temperature)}: cold. Differences grow, the largest takes nearly all; the order stays."
    if temperature > 1:
        return f"T = {number(temperature)}: warm. Differences shrink, all come nearer to each other; the order stays."
    return "T = 1: the scores as they are."


def _formula(output: str, temperature: float) -> str:
    divided = "" if temperature == 1 else rf"/{tex(temperature)}"
    return {
        "softmax": rf"\frac{{e^{{z_k{divided}}}}}{{\sum_j e^{{z_j{divided}}}}}",
        "softmin": rf"\frac{{e^{{-z_k{divided}}}}}{{\sum_j e^{{-z_j{divided}}}}}",
        "double softmax": r"\text{softmax}(\text{softmax}(z))",
        "sigmoids": rf"\sigma(z_k{divided})",
    }[output]


def _pull_formula(output: str, temperature: float) -> str:
    if output == "double softmax":
        return ""
    inner = "t - p" if output == "softmin" else "p - t"
    return inner if temperature == 1 else rf"({inner})/{tex(temperature)}"


def _largest(scores: Sequence[float], temperature: float) -> str:
    """By how many times the largest exceeds the next: e to the difference."""
    first, second = sorted(scores, reverse=True)[:2]
    gap = (first - second) / temperature
    return rf"e^{{{tex(gap, 3)}}} = {tex(math.exp(min(gap, 200)), 3)} \text{{ times the next}}"
