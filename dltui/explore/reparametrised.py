"""The reparametrised sample: mean and log-variance under the learner's fingers, the same noise throughout."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from dltui.explore import checked
from dltui.explore.explorer import Action, Control, Explorer, Fact, Slider
from dltui.explore.gaussian import Array, density, divergence, sample, slopes_of_square
from dltui.explore.numerals import factor, number, tex
from dltui.scene import Item, Label, Line, Mark, Pair, Role, Scene

SETTINGS = ("mu", "logvar", "eps")
SPAN: Pair = (-5.0, 5.0)
DRAWS = 40
"""Samples that are drawn as dots."""
MANY = 2000
"""Samples that the estimate of a gradient is the mean of."""
LEVELS = 4
"""Rows that the dots are spread over: in one row they would cover each other."""


@dataclass(frozen=True)
class Reparametrised(Explorer):
    mu: float
    logvar: float
    eps: float
    """The draw in hand."""
    seed: int = 0
    told: str = ""

    @classmethod
    def start(cls, settings: Mapping[str, Any]) -> Self:
        """Settings: mu (-3 to 3), logvar (-4 to 2), eps (-3 to 3)."""
        checked.known(settings, SETTINGS)
        state = cls(
            checked.number("mu", settings.get("mu", 1.0), -3.0, 3.0),
            checked.number("logvar", settings.get("logvar", -1.4), -4.0, 2.0),
            checked.number("eps", settings.get("eps", 1.0), -3.0, 3.0),
        )
        return replace(state, told="The encoder says μ and log σ². The dots are 40 draws: always the same 40 ε.")

    @property
    def sigma(self) -> float:
        return math.exp(0.5 * self.logvar)

    @property
    def z(self) -> float:
        return self.mu + self.sigma * self.eps

    @property
    def noise(self) -> Array:
        """(2000,), the ε of all dots, the first 40 of which are drawn."""
        return np.random.default_rng(self.seed).normal(0.0, 1.0, MANY)

    def controls(self) -> Sequence[Control]:
        return (
            Slider("mu", "μ", self.mu, -3.0, 3.0, 0.1),
            Slider("logvar", "log σ²", self.logvar, -4.0, 2.0, 0.1),
            Slider("eps", "ε", self.eps, -3.0, 3.0, 0.1),
        )

    def changed(self, name: str, value: float | str) -> Self:
        value = checked.turned(self.controls(), name, value)
        if (stays := checked.unmoved(self.controls(), name, value)) is not None:
            return replace(self, told=stays or self.told)
        at = float(value)
        match name:
            case "mu":
                state = replace(self, mu=at)
                told = f"Every sample moved by {number(state.mu - self.mu, 3)}: ∂z/∂μ = 1, whatever ε is."
            case "logvar":
                state = replace(self, logvar=at)
                wider = "wider" if state.sigma > self.sigma else "narrower"
                told = f"σ = {number(state.sigma, 3)}: the dots spread {wider}, each in proportion to its own ε."
            case _:
                state = replace(self, eps=at)
                told = f"Another draw: z = {number(state.z, 3)}. The distribution stays as it is."
        return replace(state, told=told)

    def actions(self) -> Sequence[Action]:
        return sorted((
            Action("draw", "u", "draw anew"),
            Action("prior", "z", "be the prior", (self.mu, self.logvar) != (0.0, 0.0)),
        ), key=lambda action: not action.enabled)  # fmt: skip

    def acted(self, name: str) -> Self:
        if not checked.action(self.actions(), name).enabled:
            return self
        if name == "prior":
            told = "μ = 0, σ = 1: the divergence is 0. A code that says this of every input says nothing."
            return replace(self, mu=0.0, logvar=0.0, told=told)
        state = replace(self, seed=self.seed + 1)
        eps = round(float(np.clip(state.noise[0], -3.0, 3.0)), 2)
        told = "New ε for all: the estimates move a little, what they estimate does not."
        return replace(state, eps=eps, told=told)

    def facts(self) -> Sequence[Fact]:
        mu, logvar, sigma = self.mu, self.logvar, self.sigma
        by_mu, by_logvar = slopes_of_square(mu, logvar, self.noise)
        kl = divergence(np.array([mu]), np.array([logvar]))
        square = rf"\frac{{1}}{{2}}({factor(mu)}^2 + {tex(sigma**2)} - 1 - {factor(logvar)})"
        return [
            Fact("σ", number(sigma), rf"e^{{{tex(logvar)} / 2}}"),
            Fact("z", number(self.z), rf"{tex(mu)} + {tex(sigma)} \cdot {factor(self.eps)}"),
            Fact("KL", number(kl), square),
            Fact("∂KL/∂μ", number(mu)),
            Fact("∂KL/∂log σ²", number(0.5 * (sigma**2 - 1))),
            Fact("∂E[z²]/∂μ", f"{number(by_mu, 3)} of 2000 draws, exactly {number(2 * mu, 3)}"),
            Fact("∂E[z²]/∂log σ²", f"{number(by_logvar, 3)} of 2000, exactly {number(sigma**2, 3)}"),
        ]

    def scenes(self) -> Sequence[Scene]:
        z = np.linspace(*SPAN, 241)
        own, prior = density(z, self.mu, self.sigma), density(z, 0.0, 1.0)
        top = max(0.8, 1.15 * float(own.max()))
        dots = sample(np.array(self.mu), np.array(self.logvar), self.noise[:DRAWS])
        items: list[Item] = [
            _line(z, prior, "faint", "prior N(0, 1)"), _line(z, own, "model", "q(z|x)"),
            *(Mark(at, -top * (0.06 + 0.05 * (place % LEVELS)), "second") for place, at in enumerate(dots.tolist())),
            Mark(self.z, 0.0, "chosen"), Label(self.z + 0.15, 0.07 * top, f"z = {number(self.z, 3)}", "chosen"),
        ]  # fmt: skip
        return (Scene(SPAN, (-0.28 * top, top), tuple(items), "", "z", "density"),)

    def said(self) -> str:
        return self.told


def _line(x: Array, y: Array, role: Role, name: str) -> Line:
    return Line(tuple(zip(x.tolist(), y.tolist(), strict=True)), role, dashed=role == "faint", name=name)
