"""What the race says about what just happened."""

from __future__ import annotations

import math

from dltui.explore.descent_race import FAR, Race, Way
from dltui.explore.numerals import many, number

RESTS = 1e-2
"""A slope below that is called flat."""
FEW = 3
"""More racers than that are told in the order of their losses, by their letters."""


def opening(race: Race) -> str:
    if race.steps:
        return standing(race)
    if len(race.names) > 1:
        return f"{many(len(race.names), 'optimiser')} at one start. Who is there first? Guess, then press."
    if race.ground.flat:
        return f"{race.names[0]} at w = {number(race.start[0])}. Where will it be after one step? Guess, then press."
    return f"{race.names[0]} at its start. Which way will it go? Guess, then press."


def stepped(before: Race, after: Race) -> str:
    """After one step or several of them."""
    way, count = after.ways[0], after.steps - before.steps
    if len(after.ways) > 1 or count > 1 or way.gone:
        return f"{many(count, 'step')}. {standing(after)}"
    if not after.ground.flat:
        return f"Loss {number(way.losses[-2])} → {number(way.losses[-1])}. {standing(after)}"
    (was, _), (now, _) = way.places[-2:]
    moved = f"w went {number(was)} → {number(now)}"
    if was * now < 0 and after.ground.bends[0]:
        return f"{moved}: across the lowest place, to the other side. {standing(after)}"
    return f"{moved}. {standing(after)}"


def standing(race: Race) -> str:
    """Who is where; what diverged, climbs or is stuck is named."""
    if len(race.ways) == 1:
        return _one(race, race.ways[0])
    gone = [way for way in race.ways if way.gone]
    racing = sorted((way for way in race.ways if not way.gone), key=lambda way: way.losses[-1])
    told = [f"{way.optimiser.name} diverged at step {way.steps}." for way in gone]
    if len(racing) > FEW:
        ranked = ", ".join(f"{way.optimiser.letter} {number(way.losses[-1], 2)}" for way in racing)
        told.insert(0, f"Lowest first: {ranked}.")
    elif racing:
        ends = [f"{word}: {way.optimiser.name} with {number(way.losses[-1], 3)}."
                for word, way in (("Lowest", racing[0]), ("Highest", racing[-1]))[: len(racing)]]  # fmt: skip
        told.insert(0, " ".join(ends))
    caught = [way.optimiser.name for way in racing if _caught(race, way)]
    if caught:
        told.append(f"At rest in a place that is not the lowest: {', '.join(caught)}.")
    return " ".join(told)


def _one(race: Race, way: Way) -> str:
    if way.gone:
        return (f"{way.optimiser.name} has diverged: step {way.steps} threw it beyond {FAR:.0f}, "
                "and every further step would throw it farther.")  # fmt: skip
    if _caught(race, way):
        return "It rests where the ground is flat, and that is not the lowest place."
    if way.losses[-1] > 1.0001 * way.losses[0]:
        return f"It climbs: the loss is {number(way.losses[-1], 3)}, and was {number(way.losses[0], 3)} at the start."
    if way.arrived is not None and not race.noise:
        return f"Down to a thousandth since step {way.arrived}."
    return f"The loss is {number(way.losses[-1], 3)}."


def _caught(race: Race, way: Way) -> bool:
    flat = math.hypot(*race.ground.gradient(*way.last)) < RESTS
    return flat and way.arrived is None and way.losses[-1] - race.ground.floor > 0.01


def rated(race: Race) -> str:
    """After a turn of the rate: what it does to a step of plain descent where the curvature is the same everywhere."""
    bend = max(race.ground.bends)
    if "SGD" not in race.names or not bend:
        return f"η = {number(race.lr)}. {standing(race)}" if race.steps else f"η = {number(race.lr)}."
    share = 1 - race.lr * bend
    name = "w" if race.ground.flat else "the steep direction"
    told = f"η = {number(race.lr)}: plain descent multiplies {name} by {number(share)} in each step"
    if abs(share + 1) < 1e-9:
        return f"{told}: from side to side, for ever."
    if share < -1:
        return f"{told}: farther out each time."
    if abs(share) < 1e-9:
        return f"{told}: there in one step."
    return f"{told}{', from side to side and inwards' if share < 0 else ''}."


def rerun(race: Race, what: str) -> str:
    """After any other turn, which runs all steps anew."""
    return f"{what}. {standing(race)}" if race.steps else f"{what}."
