"""The numbers of the moment of the game, as far as they are known at this point of the turn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dltui.explore.explorer import Fact
from dltui.explore.gan_game import DATA, Game, Score, Turn
from dltui.explore.gan_net import LOSSES, LossName, norm, sigmoid
from dltui.explore.numerals import number, tex, vector


def facts(turn: Turn, done: int, game: Game, score: Score, loss: LossName) -> Sequence[Fact]:
    """First how the game stands; then the generated point in hand, the loss and its gradient."""
    centres = len(DATA[game.data].centres)
    found = [Fact("alive", f"{score.modes} of {centres}, {score.quality:.0%} good, round {score.round}")]
    if done >= 2:
        made = game.g.output(turn.noise) if done == 5 else turn.fake
        found.append(Fact("G(z) ×", vector(made[0].tolist(), 2), rf"z = {vector(turn.noise[0].tolist(), 2)}"))
    if done >= 3:
        found.append(_verdict(turn, game, done))
        found.append(_loss(turn, loss))
    if done >= 4:
        found += _gradient(turn, loss)
    return found


def _verdict(turn: Turn, game: Game, done: int) -> Fact:
    """D of the point in hand; after a step, what it was and what it is."""
    was = turn.fake_scores[0, 0]
    before = float(sigmoid(was))
    if done < 5:
        return Fact("D(G(z)) ×", number(before, 3), rf"\sigma({tex(float(was), 3)})")
    now = game.judged(game.g.output(turn.noise[:1]))[0]
    return Fact("D(G(z)) ×", f"{number(before, 3)} → {number(float(now), 3)}")


def _loss(turn: Turn, loss: LossName) -> Fact:
    fake = turn.fake_scores
    if turn.who == "D":
        parts = [float(np.logaddexp(0.0, sign * each).mean()) for sign, each in ((-1, turn.real_scores), (1, fake))]
        return Fact("loss of D", number(turn.loss), rf"{tex(parts[0], 3)} + {tex(parts[1], 3)}")
    formula = r"{-\log D(G(z))}" if loss == LOSSES[0] else r"\log(1 - D(G(z)))"
    return Fact("loss of G", number(turn.loss), rf"\text{{mean of }} {formula}")


def _gradient(turn: Turn, loss: LossName) -> list[Fact]:
    """By the score of the point in hand, and the length of what comes out at the weights."""
    judged = float(sigmoid(turn.fake_scores[0, 0]))
    if turn.who == "D":
        slope, formula = judged, r"D(G(z))"
    elif loss == LOSSES[0]:
        slope, formula = judged - 1, rf"D - 1 = {tex(judged, 3)} - 1"
    else:
        slope, formula = -judged, r"-D"
    return [
        Fact("slope by its score", number(slope, 3), formula),
        Fact(f"gradient of {turn.who}", number(norm(turn.gradient), 3), r"\text{length over all its weights}"),
    ]
