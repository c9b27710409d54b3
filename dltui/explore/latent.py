"""A plane to walk in: every place is a code of two numbers, and the decoder says which digit it stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from dltui.explore import checked
from dltui.explore.digits import digits
from dltui.explore.explorer import Action, Control, Explorer, Fact, Slider
from dltui.explore.gaussian import Array, divergence, sample
from dltui.explore.numerals import number, vector
from dltui.explore.strip import EXACT, strip
from dltui.explore.variational import entropy, held_out, trained
from dltui.scene import Item, Label, Line, Mark, Pair, Scene

SETTINGS = ("picture", "z1", "z2")
REACH = 3.2
"""The plane goes so far from 0 on each side."""
MAPPED = 96
"""Held-out digits that are written into the plane: more would cover each other."""
ROUND = 48
"""Corners of an ellipse."""


@dataclass(frozen=True)
class Latent(Explorer):
    picture: int
    """Place among the held-out digits."""
    z: Pair
    seed: int = 0
    """Of the next draw."""
    told: str = ""

    @classmethod
    def start(cls, settings: Mapping[str, Any]) -> Self:
        """Settings: picture (0 to 499), z1 and z2 (-3.2 to 3.2; left out: the mean code of the picture)."""
        checked.known(settings, SETTINGS)
        picture = checked.whole("picture", settings.get("picture", 0), 0, len(digits().test) - 1)
        own = _own(picture)
        z1 = checked.number("z1", settings.get("z1", own[0]), -REACH, REACH)
        z2 = checked.number("z2", settings.get("z2", own[1]), -REACH, REACH)
        return cls(picture, (z1, z2), told="Walk: each place in the plane is decoded as you step on it.")

    @property
    def code(self) -> tuple[Array, Array]:
        """Mean and log-variance that the encoder gives the picture, (2,) each."""
        means, logvars = held_out()
        return means[self.picture], logvars[self.picture]

    @property
    def decoded(self) -> Array:
        """(64,), 0 … 1"""
        return np.asarray(trained().decoded(np.array([self.z]))[0], dtype=float)

    @property
    def reconstruction(self) -> float:
        """What the place in hand costs as a code of the picture, in nats."""
        return trained().reconstruction(digits().test[self.picture], np.array(self.z))

    def controls(self) -> Sequence[Control]:
        return (
            Slider("z1", "z₁", round(self.z[0], 2), -REACH, REACH, 0.1),
            Slider("z2", "z₂", round(self.z[1], 2), -REACH, REACH, 0.1),
            Slider("picture", "picture", self.picture, 0, len(digits().test) - 1, 1),
        )

    def changed(self, name: str, value: float | str) -> Self:
        value = checked.turned(self.controls(), name, value)
        if (stays := checked.unmoved(self.controls(), name, value)) is not None:
            return replace(self, told=stays or self.told)
        if name == "picture":
            return self._at(int(value))
        z = (float(value), self.z[1]) if name == "z1" else (self.z[0], float(value))
        return replace(self, z=z)._walked()

    def actions(self) -> Sequence[Action]:
        return (
            Action("draw", "u", "sample its code"),
            Action("prior", "a", "sample the prior"),
            Action("next", "i", "next picture"),
            Action("halfway", "m", "half-way to the next"),
            Action("own", "x", "its mean code"),
        )

    def acted(self, name: str) -> Self:
        checked.action(self.actions(), name)
        match name:
            case "next":
                return self._at((self.picture + 1) % len(digits().test))
            case "own":
                return replace(self, z=_own(self.picture), told="μ, what the encoder thinks most likely.")
            case "halfway":
                other = (self.picture + 1) % len(digits().test)
                (a, b), (c, d) = _own(self.picture), _own(other)
                label = digits().labels
                told = f"Half-way from this {label[self.picture]} to a {label[other]}. A digit, or between two?"
                return replace(self, z=((a + c) / 2, (b + d) / 2), told=told)
            case _:
                return self._drawn(name == "draw")

    def facts(self) -> Sequence[Fact]:
        mean, logvar = self.code
        kl, lost = divergence(mean, logvar), self.reconstruction
        return [
            Fact("reconstruction", f"{lost:.1f} nats, at best {entropy(digits().test[self.picture]):.1f}"),
            Fact("KL", f"{kl:.2f} nats"),
            Fact("together", f"{lost + kl:.1f} nats"),
            Fact("z", vector(self.z, 2)),
            Fact("μ", vector(mean.tolist(), 2)),
            Fact("σ", vector(np.exp(0.5 * logvar).tolist(), 2)),
        ]

    def scenes(self) -> Sequence[Scene]:
        label = digits().labels[self.picture]
        own = strip([(f"the picture, a {label}", digits().test[self.picture])], lines=EXACT)
        return strip([("decoded z", self.decoded)], lines=EXACT), own, self._plane()

    def said(self) -> str:
        return self.told

    def _at(self, picture: int) -> Self:
        told = f"A {digits().labels[picture]}. The ellipse is what the encoder says of it: μ, and two σ around it."
        return replace(self, picture=picture, z=_own(picture), told=told)

    def _drawn(self, own: bool) -> Self:
        noise = np.random.default_rng(self.seed).normal(0.0, 1.0, 2)
        mean, logvar = self.code if own else (np.zeros(2), np.zeros(2))
        a, b = np.clip(sample(mean, logvar, noise), -REACH, REACH).tolist()
        told = f"z = μ + σ·ε with ε = {vector(noise.tolist(), 2)}." if own else "Drawn from N(0, 1), with no picture."
        return replace(self, z=(a, b), seed=self.seed + 1, told=told)

    def _walked(self) -> Self:
        means = held_out()[0]
        near = int(((means - np.array(self.z)) ** 2).sum(axis=1).argmin())
        away = float(np.sqrt(((means[near] - np.array(self.z)) ** 2).sum()))
        where = f"{number(away, 2)} from here" if away < 1 else "far from here: nobody trained this place"
        return replace(self, told=f"The nearest held-out code, a {digits().labels[near]}, is {where}.")

    def _plane(self) -> Scene:
        mean, logvar = self.code
        turn = np.linspace(0.0, 2 * np.pi, ROUND)
        around = mean + 2 * np.exp(0.5 * logvar) * np.stack([np.cos(turn), np.sin(turn)], axis=1)
        same = digits().labels[self.picture]
        items: list[Item] = [
            Label(x, y, str(label), "model" if label == same else "faint")
            for (x, y), label in zip(held_out()[0][:MAPPED].tolist(), digits().labels[:MAPPED].tolist(), strict=True)
        ]
        ellipse = tuple((float(x), float(y)) for x, y in around)
        items += [Line(ellipse, "second", name="q(z|x)"), Mark(*self.z, "chosen")]
        span = (-REACH, REACH)
        return Scene(span, span, tuple(items), "codes of held-out digits", "z₁", "z₂")


def _own(picture: int) -> Pair:
    """The mean code of a held-out digit, held inside of the plane."""
    a, b = np.clip(held_out()[0][picture], -REACH, REACH).tolist()
    return a, b
