"""The pictures of the race: the surface in terraces with every way over it, and the losses step by step."""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from dltui.explore.descent_race import Race, Way
from dltui.explore.plane import grid, rows
from dltui.explore.surfaces import SURFACES, Surface
from dltui.scene import Heat, Item, Label, Line, Mark, Pair, Role, Scene

ROLES: dict[str, Role] = {
    "SGD": "accent", "momentum": "model", "Nesterov": "third", "AdaGrad": "second", "RMSProp": "boundary",
    "Adam": "wrong", "AdamW": "class1",
}  # fmt: skip
FINE = 44
TERRACES = 9
DARK = 1.8
"""The end of the ramp, in terraces' heights: the highest one stays dark enough for lines to be seen on it."""
FLOWN = 1.5
"""Times the width of the picture away from its middle: from there on a way is no longer drawn."""
LEGEND = 3
"""With more ways than that, their letters must do."""
LOWEST = -6.0
"""Of the logarithm of a loss above the lowest one."""
SPANS = (10, 20, 50, 100, 200, 300)


def ground(race: Race) -> Scene:
    return _curve(race) if race.ground.flat else _plane(race)


def _plane(race: Race) -> Scene:
    shown = race.ground
    items: list[Item] = [terraces(shown.name)]
    items += [Line(_near(way.places, shown), ROLES[way.optimiser.name]) for way in race.ways]
    items += [Mark(*place, "text") for place in shown.minima]
    items.append(Mark(*race.start, "chosen"))
    if race.steps:
        items += [_ball(way, way.last, shown) for way in race.ways]
    return Scene(shown.x, shown.y, tuple(items), "loss: dark is low", "x", "y")


def _curve(race: Race) -> Scene:
    shown = race.ground
    at = np.linspace(*shown.x, 161)
    points = tuple(zip(at.tolist(), shown.value(at, 0 * at).tolist(), strict=True))
    items: list[Item] = [Line(points, "text")]
    for way in race.ways:
        hops = tuple((place[0], loss) for place, loss in zip(way.places, way.losses, strict=True))
        items.append(Line(hops, ROLES[way.optimiser.name]))
    items.append(Mark(race.start[0], race.ways[0].losses[0], "chosen"))
    if race.steps:
        items += [_ball(way, (way.last[0], way.losses[-1]), shown) for way in race.ways]
    return Scene(shown.x, shown.y, tuple(items), "", "w", "E")


def _near(places: tuple[Pair, ...], shown: Surface) -> tuple[Pair, ...]:
    """As far as to the first place that lies far outside: who flies out would cross the picture with every step."""
    far = FLOWN * (shown.x[1] - shown.x[0]), FLOWN * (shown.y[1] - shown.y[0])
    out = (end for end, (x, y) in enumerate(places) if abs(x) > far[0] or abs(y) > far[1])
    return places[: next(out, len(places)) + 1]


def _ball(way: Way, place: Pair, shown: Surface) -> Label:
    """Its letter; at the border with an arrow where it is outside."""
    (x, y), letter = place, way.optimiser.letter
    if way.gone:
        return Label(_held(x, shown.x), _held(y, shown.y), f"{letter} diverged", "wrong")
    arrow = "→" if x > shown.x[1] else "←" if x < shown.x[0] else "↑" if y > shown.y[1] else "↓" * (y < shown.y[0])
    return Label(_held(x, shown.x), _held(y, shown.y), letter + arrow, ROLES[way.optimiser.name])


def _held(at: float, span: Pair) -> float:
    return min(max(at, span[0]), span[1])


@cache
def terraces(name: str) -> Heat:
    """Equal shares of the picture in equal shades, from the lowest up: a map of heights for any surface."""
    shown = SURFACES[name]
    places = grid(shown.x, shown.y, FINE)
    values = shown.value(places[:, 0], places[:, 1])
    edges = np.quantile(values, np.arange(1, TERRACES) / TERRACES)
    return Heat(rows(np.searchsorted(edges, values).astype(float), FINE), 0.0, DARK * TERRACES, "grey")


def losses(race: Race) -> Scene:
    """Above the lowest loss there is, on a logarithmic scale; who diverges leaves by the top."""
    floor, taken = race.ground.floor, max(way.steps for way in race.ways)
    top = math.ceil(_log(race.ways[0].losses[0] - floor)) + 1.0
    wide = float(next(span for span in SPANS if span >= taken))
    items: list[Item] = []
    ends: list[Item] = []
    for way in race.ways:
        role, letter = ROLES[way.optimiser.name], way.optimiser.letter
        points = tuple((float(step), _log(loss - floor)) for step, loss in enumerate(way.losses))
        points += ((float(way.steps), top + 1),) if way.gone else ()
        named = f"{letter} {way.optimiser.name}" if len(race.ways) <= LEGEND else ""
        items.append(Line(points, role, name=named))
        ends.append(Label(points[-1][0], _held(points[-1][1], (LOWEST, top)), letter, role))
    return Scene((0.0, wide), (LOWEST, top), (*items, *ends), "above the lowest", "step", "log₁₀")


def _log(excess: float) -> float:
    return math.log10(max(excess, 10**LOWEST))
