"""The game of generator and discriminator in a plane, turn by turn (Goodfellow et al. 2014)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal, NamedTuple

import numpy as np

from dltui.explore.gan_net import Array, LossName, Player, Weights, d_loss, g_loss, sigmoid

Who = Literal["D", "G"]
BATCH = 64
PROBES = 200
"""Real and generated points that the score is counted on, always from the same noise."""
SPREAD, REACH = 0.1, 0.3
"""Of a cloud; and how near to its centre a generated point belongs to it."""
ALIVE = 0.02
"""The share of the generated points from which on a cloud counts as alive."""
LEAK = 0.2
"""Slope of the discriminator's bend below 0; the generator has plain ReLU."""
RADIUS = 2.0


def _ring(count: int) -> Array:
    angle = np.arange(count) * 2 * np.pi / count
    return RADIUS * np.stack([np.cos(angle), np.sin(angle)], axis=1)


class Clouds(NamedTuple):
    centres: Array
    units: int
    """In each of the two hidden layers that both players have."""


DATA: Mapping[str, Clouds] = MappingProxyType({
    "two": Clouds(_ring(2), 16), "ring4": Clouds(_ring(4), 24), "ring8": Clouds(_ring(8), 32),
})


class Score(NamedTuple):
    """How the game stands, on the probes."""

    round: int
    d_loss: float
    g_loss: float
    modes: int
    """Clouds alive."""
    quality: float
    """Share of the generated points that lie in a cloud."""


@dataclass(frozen=True)
class Game:
    data: str
    noise: int
    """Numbers that a point is made of."""
    g: Player
    d: Player
    seed: int
    turns: int
    """Begun so far. Seed and turn fix what is drawn, so that undo and replay are exact."""
    probe_noise: Array = field(compare=False)
    probe_real: Array = field(compare=False)

    @classmethod
    def begun(cls, data: str, noise: int, seed: int) -> Game:
        centres, units = DATA[data]
        generator = np.random.RandomState(seed)
        g = Player.begun((noise, units, units, 2), 0.0, generator)
        d = Player.begun((2, units, units, 1), LEAK, generator)
        probe = generator.normal(size=(PROBES, noise))
        return cls(data, noise, g, d, seed, 0, probe, _drawn(centres, PROBES, generator))

    def drawn(self) -> tuple[Array, Array, Game]:
        """A batch of real points (64, 2) and noise (64, n) for the next turn, and the game with that turn begun."""
        generator = np.random.RandomState([self.seed, self.turns + 1])
        real = _drawn(DATA[self.data].centres, BATCH, generator)
        noise = generator.normal(size=(BATCH, self.noise))
        return real, noise, replace(self, turns=self.turns + 1)

    def judged(self, points: Array) -> Array:
        """Points (n, 2) -> D of each (n,)."""
        return sigmoid(self.d.output(points))[:, 0]

    def score(self, round_: int, loss: LossName) -> Score:
        fake = self.g.output(self.probe_noise)
        scores = self.d.output(np.concatenate([self.probe_real, fake]))
        away = np.linalg.norm(fake[:, None] - DATA[self.data].centres[None], axis=2)
        home = away.argmin(axis=1)[away.min(axis=1) < REACH]
        shares = np.bincount(home, minlength=len(DATA[self.data].centres)) / PROBES
        judged, fooled = d_loss(scores[:PROBES], scores[PROBES:])[0], g_loss(scores[PROBES:], loss)[0]
        return Score(round_, judged, fooled, int((shares >= ALIVE).sum()), float(shares.sum()))


def _drawn(centres: Array, count: int, generator: np.random.RandomState) -> Array:
    cloud = generator.randint(len(centres), size=count)
    drawn: Array = centres[cloud] + SPREAD * generator.normal(size=(count, 2))
    return drawn


@dataclass(frozen=True, eq=False)
class Turn:
    """One player's turn, worked out up to the gradient; the step comes after it."""

    who: Who
    noise: Array
    """(64, n)"""
    real: Array
    """(64, 2); G's turn has none in its loss."""
    fake: Array
    """(64, 2)"""
    real_scores: Array
    """(64, 1), before σ"""
    fake_scores: Array
    loss: float
    gradient: Weights
    pulls: Array
    """Minus the slope of each generated point's own loss by its place, which is where G is drawn: (64, 2) in G's turn,
    (0, 2) in D's."""

    @classmethod
    def of(cls, game: Game, who: Who, real: Array, noise: Array, name: LossName) -> Turn:
        made = game.g.values(noise)
        fake = made[-1]
        judged = game.d.values(np.concatenate([real, fake]))
        scores = judged[-1]
        if who == "G":
            loss, sent = g_loss(scores[BATCH:], name)
            _, back = game.d.backward([values[BATCH:] for values in judged], sent)
            gradient, pulls = game.g.backward(made, back)[0], -BATCH * back
        else:
            loss, by_real, by_fake = d_loss(scores[:BATCH], scores[BATCH:])
            gradient, _ = game.d.backward(judged, np.concatenate([by_real, by_fake]))
            pulls = np.zeros((0, 2))
        return cls(who, noise, real, fake, scores[:BATCH], scores[BATCH:], loss, gradient, pulls)

    def stepped(self, game: Game, rate: float) -> Game:
        """With the weights of this player one step down its gradient; the other's stay."""
        if self.who == "D":
            return replace(game, d=game.d.stepped(self.gradient, rate))
        return replace(game, g=game.g.stepped(self.gradient, rate))
