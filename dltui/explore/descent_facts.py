"""The numbers of the moment of a race."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dltui.explore.descent_race import ALL, Race, Way
from dltui.explore.descent_words import FEW
from dltui.explore.explorer import Fact
from dltui.explore.numerals import factor, number, tex, vector


def facts(race: Race) -> Sequence[Fact]:
    found = _alone(race) if len(race.ways) == 1 else [_racer(way) for way in race.ways]
    taken = max(way.steps for way in race.ways)
    if 1 < len(race.ways) <= FEW:
        found += _factors(race)
    if race.batch < ALL:
        found.insert(len(race.ways), Fact("rows looked at", f"{taken * race.batch} in {taken} steps"))
    return [*found, Fact("steps", str(taken))]


def _racer(way: Way) -> Fact:
    label = f"{way.optimiser.letter} {way.optimiser.name}"
    if way.gone:
        return Fact(label, f"diverged at step {way.steps}")
    there = "" if way.arrived is None else f", there since {way.arrived}"
    return Fact(label, f"loss {number(way.losses[-1], 3)} at {vector(way.last, 2)}{there}")


def _alone(race: Race) -> list[Fact]:
    way, shown = race.ways[0], race.ground
    if way.gone:
        return [Fact("diverged", f"at step {way.steps}, from a loss of {number(way.losses[-1], 3)}"), *_factors(race)]
    (x, y), step = way.last, min(way.steps + 1, len(way.places))
    slopes = race.slopes(way.last, step)
    found = [Fact("loss E", number(way.losses[-1]), shown.tex)]
    if shown.flat:
        found += [Fact("w", number(x)), Fact("slope", number(slopes[0]))]
    else:
        found += [Fact("place", vector((x, y))), Fact("gradient", vector(slopes))]
    dials = race.dials(way.optimiser)
    if way.optimiser.name == "SGD" and shown.flat and race.schedule == "constant":
        after = x - dials.lr * slopes[0]
        shift = f"{tex(x)} - {tex(dials.lr)} \\cdot {factor(slopes[0])}"
        found.append(Fact("next w", number(after), f"{shift} = {tex(after)}"))
    else:
        ahead = replace(race, steps=way.steps + 1).ways[0]
        if not ahead.gone:
            (to_x, to_y), name = ahead.last, "next w" if shown.flat else "next place"
            found.append(Fact(name, number(to_x) if shown.flat else vector((to_x, to_y))))
    there = [] if way.arrived is None else [Fact("there", f"since step {way.arrived}")]
    return [*found, *_factors(race), *there]


def _factors(race: Race) -> list[Fact]:
    """What plain gradient descent multiplies each weight by in a step, where the curvature is the same everywhere."""
    if "SGD" not in race.names or not any(race.ground.bends) or race.schedule != "constant" or race.noise:
        return []
    named = ["w"] if race.ground.flat else ["x", "y"]
    return [Fact(f"factor of {name}", number(1 - race.lr * bend), rf"1 - {tex(race.lr)} \cdot {tex(bend)}")
            for name, bend in zip(named, race.ground.bends, strict=False)]  # fmt: skip

