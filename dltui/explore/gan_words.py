"""What the game says about what just happened, and what comes next."""

from __future__ import annotations

import numpy as np

from dltui.explore.gan_game import Game, Score, Turn
from dltui.explore.gan_net import LOSSES, LossName, norm, sigmoid
from dltui.explore.numerals import many, number

NEXT = {
    "D": ("D's turn. Next: draw a batch of real points, and noise z.", "Next: G makes a point of each z.",
          "Next: D judges both batches.", "Next: the loss of D, and its slope by each weight of D.",
          "Next: D takes its step. G stays as it is."),
    "G": ("G's turn. Next: draw fresh noise z; no real points are needed.", "Next: G makes a point of each z.",
          "Next: D judges them. It will not learn from that.",
          "Next: the loss of G, its slope by each point, and from there by each weight of G.",
          "Next: G takes its step. D stays as it is."),
}  # fmt: skip
"""By the moves of a turn that are done."""
CURVES = {
    "none": "The points alone.",
    "losses": "Both losses on 200 points of each kind. Dashed: 1.386 and 0.693, where D can only guess.",
    "clouds": "What counts: clouds alive, and the share of good points, drawn in clouds.",
}


def opening(turn: Turn, done: int, round_: int) -> str:
    played = f"{many(round_, 'round')} played. " if round_ else ""
    return f"{played}{NEXT[turn.who][done] if done < 5 else f'{turn.who} has stepped; m begins the next turn.'}"


def hint(turn: Turn, done: int, train: str) -> str:
    if done < 5:
        return NEXT[turn.who][done]
    who = train[-1] if train != "both" else "G" if turn.who == "D" else "D"
    return NEXT[who][0]


def trained(who: str) -> str:
    if who == "only D":
        return "Only D learns from now on. Where will the picture turn, and how far can its loss fall?"
    if who == "only G":
        return "Only G learns from now on, against a D that stands still. Where will the points gather?"
    return "Both learn again, turn by turn."


def loss_changed(loss: LossName) -> str:
    if loss == LOSSES[0]:
        return "G makes -log D(G(z)) small: its slope by the score is D - 1, large where D is sure."
    return "G makes log(1 - D(G(z))) small, the minimax game: its slope by the score is -D, small where D is sure."


def moved(turn: Turn, done: int, game: Game, loss: LossName) -> str:
    """After one move."""
    match done:
        case 1:
            drawn = f"{len(turn.noise)} rows of noise z"
            return f"D's turn: {len(turn.real)} real points and {drawn} are drawn." if turn.who == "D" else (
                f"G's turn: {drawn} are drawn, others than D saw."
            )  # fmt: skip
        case 2:
            return f"G makes a point of each z. × is the one whose numbers stand here{_silent(turn)}."
        case 3:
            return _judged(turn)
        case 4:
            return _sloped(turn, loss)
        case _:
            return _stepped(turn, game, loss)


def turned(turn: Turn, game: Game, loss: LossName) -> str:
    now = Turn.of(game, turn.who, turn.real, turn.noise, loss).loss
    return f"{turn.who} has had its turn: on this batch its loss went {number(turn.loss)} → {number(now)}."


def played(before: Score, after: Score, clouds: int, train: str) -> str:
    """After several rounds at once."""
    count = many(after.round - before.round, "round")
    alive = f"alive {before.modes} → {after.modes} of {clouds}"
    told = f"{count}: loss of D {number(before.d_loss, 3)} → {number(after.d_loss, 3)}, {alive}."
    if train == "only D" and after.d_loss < 0.2:
        return f"{told} D is nearly sure of everything."
    if train == "only G" and after.modes < clouds and after.g_loss < before.g_loss:
        return f"{told} The loss of G fell to {number(after.g_loss, 3)}, and the points gather where D says real."
    if after.modes == clouds and after.quality > 0.7:
        return f"{told} All clouds live, and {after.quality:.0%} of the points are good."
    if abs(after.d_loss - 1.386) < 0.1 and after.modes == 0:
        return f"{told} Losses as in equilibrium, and not one cloud alive: look at the points."
    return told


def _silent(turn: Turn) -> str:
    return "; no gradient goes back to G in this turn" if turn.who == "D" else ""


def _judged(turn: Turn) -> str:
    fooled = float((turn.fake_scores >= 0).mean())
    mean = float(sigmoid(turn.fake_scores).mean())
    if turn.who == "G":
        return f"D gives G's points {number(mean, 2)} on average and takes {fooled:.0%} of them for real: ringed."
    right = float((turn.real_scores > 0).mean())
    real = number(float(sigmoid(turn.real_scores).mean()), 2)
    given = f"D gives real points {real} on average and G's {number(mean, 2)}"
    return f"{given}: it is right about {right:.0%} and {1 - fooled:.0%} of them. Rings: wrong."


def _sloped(turn: Turn, loss: LossName) -> str:
    size = number(norm(turn.gradient), 3)
    if turn.who == "D":
        return f"Each real point pulls its score up by 1 - D, each of G's pushes it down by D. Gradient: length {size}."
    pull = float(np.linalg.norm(turn.pulls, axis=1).mean())
    sure = loss == LOSSES[1] and sigmoid(turn.fake_scores).mean() < 0.1
    weak = " D is sure, so next to nothing comes through." if sure else " Through D this goes on to the weights of G."
    return f"Arrows: the pull on each point to please D, {number(pull, 2)} on average.{weak}"


def _stepped(turn: Turn, after: Game, loss: LossName) -> str:
    now = Turn.of(after, turn.who, turn.real, turn.noise, loss)
    told = f"{turn.who} has stepped: on this batch its loss went {number(turn.loss)} → {number(now.loss)}."
    if turn.who == "D":
        return f"{told} The colours changed, no point moved."
    way = float(np.linalg.norm(now.fake - turn.fake, axis=1).mean())
    return f"{told} The points moved by {number(way, 2)} on average, the colours stayed."
