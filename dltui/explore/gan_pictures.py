"""The pictures of the game: points over what the discriminator holds for real, and how the game went."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, log

import numpy as np
from numpy.typing import NDArray

from dltui.explore.gan_game import Game, Score, Turn
from dltui.explore.gan_net import Array
from dltui.explore.plane import grid, rows
from dltui.scene import Arrow, Heat, Item, Line, Mark, Pair, Role, Scene

BOX: Pair = (-3.0, 3.0)
FINE = 32
"""Cells of the heat map along one side."""
SHOWN = 40
"""Points of each kind: more would hide the colours."""
ARROWS, ROOM = 12, 0.3
"""So many at most, and each begins so far from the others: where points lie in a clump a few can be told apart."""
PULL, FAR = 1.0, 1.5
"""Of an arrow: its length for a pull of 1, and the longest it may be."""
SHORT = 0.02
"""Arrows shorter than that are left out: they would be heads alone."""
EVEN = 2 * log(2)
PLACES = grid(BOX, BOX, FINE)
PLACES.setflags(write=False)


def plane(game: Game, turn: Turn, done: int) -> Scene:
    """+ real, o generated; rings where D is wrong, arrows where G's gradient sends its points, a cross at the point
    whose numbers are spelled out."""
    items: list[Item] = [Heat(rows(game.judged(PLACES), FINE), 0.0, 1.0)]
    judged = 3 <= done < 5
    real, fake = (points[:SHOWN] for points in _points(game, turn, done))
    doubted = game.judged(real) <= 0.5
    fooled = game.judged(fake) >= 0.5
    items += _marks(real, "class1", doubted & judged)
    items += _marks(fake, "class0", fooled & judged)
    if turn.who == "G" and done == 4:
        items += [arrow for at in _apart(fake) for arrow in _arrow(fake[at], turn.pulls[at])]
    if done >= 2:
        items.append(Mark(float(fake[0, 0]), float(fake[0, 1]), "chosen"))
    return Scene(BOX, BOX, tuple(items), "o generated  + real", "x₁", "x₂", square=True)


def _points(game: Game, turn: Turn, done: int) -> tuple[Array, Array]:
    """The batch in hand as far as it is drawn and generated; else what stands for all points."""
    real = turn.real if turn.who == "D" and done else game.probe_real
    if done < 2:
        return real, game.g.output(game.probe_noise)
    return real, game.g.output(turn.noise) if done == 5 else turn.fake


def _marks(points: Array, role: Role, ringed: NDArray[np.bool_]) -> list[Item]:
    return [Mark(x, y, role, ring=ring) for (x, y), ring in zip(points.tolist(), ringed.tolist(), strict=True)]


def _apart(points: Array) -> list[int]:
    """Which of them have an arrow: each that has room beside those before it."""
    kept: list[int] = []
    for at, point in enumerate(points):
        if len(kept) < ARROWS and all(np.linalg.norm(point - points[other]) >= ROOM for other in kept):
            kept.append(at)
    return kept


def _arrow(place: Array, pull: Array) -> list[Item]:
    """With the length of the pull, so that weak ones look weak."""
    length = float(np.linalg.norm(pull))
    if PULL * length < SHORT:
        return []
    end = place + pull * min(PULL, FAR / length)
    return [Arrow((float(place[0]), float(place[1])), (float(end[0]), float(end[1])))]


def losses(history: Sequence[Score]) -> Scene:
    """Both losses over the rounds, and where they would stand if D could only guess."""
    last = float(max(10, history[-1].round))
    found = [each for score in history for each in (score.d_loss, score.g_loss)]
    top = float(max(2, min(8, ceil(max(found)))))
    start = float(history[0].round)
    items = (
        Line(((start, EVEN), (last, EVEN)), "faint", dashed=True),
        Line(((start, EVEN / 2), (last, EVEN / 2)), "faint", dashed=True),
        Line(tuple((float(each.round), each.d_loss) for each in history), "model", name="D"),
        Line(tuple((float(each.round), each.g_loss) for each in history), "second", name="G"),
    )
    return Scene((start, last), (0.0, top), items, "losses", "round", "")


def scores(history: Sequence[Score], clouds: int) -> Scene:
    """The clouds alive and the share of good points, counted in clouds, over the rounds."""
    start, last = float(history[0].round), float(max(10, history[-1].round))
    items = (
        Line(tuple((float(each.round), float(each.modes)) for each in history), "model", name=f"alive of {clouds}"),
        Line(tuple((float(each.round), clouds * each.quality) for each in history), "second", name="good points"),
    )
    return Scene((start, last), (0.0, float(clouds)), items, "what counts", "round", "")
