"""How well a challenge was met: the stars of what was trained, the same on the screen, in a shell and in CI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct

from dltui.lesson.challenges import Challenge
from dltui.lesson.entering import excess, parameters, steps
from dltui.lesson.expressions import ExpressionError, Undefined, evaluate, names
from dltui.lesson.records import Experiment
from dltui.quiz.verdict import Verdict, right, wrong

FULL, EMPTY = "\N{BLACK STAR}", "\N{WHITE STAR}"
GIVEN = "settings"
"""What the progress of a learner holds in place of an answer."""


class Ended(Struct, frozen=True, omit_defaults=True):
    """How one run with one seed ended."""

    state: Literal["done", "diverged", "failed"]
    """failed: for a reason that says nothing about the settings, such as memory, time, or a process that was lost."""
    final: Mapping[str, float | None] = {}
    """The metrics at its end."""
    message: str = ""
    """Why it did not come to its end."""


def ended(state: str, final: Mapping[str, float | None], message: str) -> Ended:
    """How a run stands at its end, from what its journal says."""
    if state == "done":
        return Ended("done", dict(final))
    return Ended("diverged" if state == "diverged" else "failed", dict(final), message or f"a run was {state}")


class Star(Struct, frozen=True):
    """One goal, and how the runs stand to it."""

    goal: str
    reached: int
    """With how many of the seeds it holds."""
    seeds: int
    values: str
    """What was measured with each seed, in the order of the seeds: `accuracy 0.95, 0.97`."""
    earned: bool
    """Whether it and those before it hold with every seed."""


class Judged(Struct, frozen=True):
    verdict: Verdict
    stars: tuple[Star, ...] = ()
    """One for each goal; none where nothing was trained."""

    @property
    def earned(self) -> int:
        return sum(star.earned for star in self.stars)


def judged(step: Challenge, made: Experiment, runs: Sequence[Ended]) -> Judged:
    """The verdict on settings that were trained so often. A run that failed for a reason of its own leaves it open."""
    lost = next((run for run in runs if run.state == "failed"), None)
    if lost is not None or not runs:
        return Judged(unjudged(lost.message if lost else "nothing was trained"))
    counted = {"parameters": parameters(made), "steps": steps(made)}
    stars: list[Star] = []
    for goal in step.stars:
        reached = sum(_holds(goal, run, counted) for run in runs)
        before = not stars or stars[-1].earned
        stars.append(Star(goal, reached, len(runs), _values(goal, runs, counted), before and reached == len(runs)))
    earned = sum(star.earned for star in stars)
    said = f"{shown(earned, len(stars))} {_said(stars, earned, runs)}"
    verdict = right(GIVEN, said) if earned == len(stars) else wrong(GIVEN, said, earned / len(stars))
    return Judged(verdict, tuple(stars))


def refused(step: Challenge, made: Experiment) -> Verdict | None:
    """The verdict on settings that go beyond the limits: no star, and they need not be trained. None if they do not."""
    found = excess(step, made)
    return wrong(GIVEN, f"{shown(0, len(step.stars))} Beyond the limits: {'; '.join(found)}.") if found else None


def unjudged(said: str) -> Verdict:
    return Verdict(outcome="ungradable", score=0.0, said=said, given=GIVEN)


def shown(earned: int, of: int) -> str:
    return FULL * earned + EMPTY * (of - earned)


def _holds(goal: str, run: Ended, counted: Mapping[str, int]) -> bool:
    if run.state != "done":
        return False
    finite = {name: value for name, value in run.final.items() if value is not None}
    try:
        return bool(evaluate(goal, {**finite, **counted}))
    except (Undefined, ExpressionError):  # of a metric that is not finite nothing holds
        return False


def _values(goal: str, runs: Sequence[Ended], counted: Mapping[str, int]) -> str:
    parts = []
    for name in sorted(names(goal)):
        if name in counted:
            parts.append(f"{counted[name]} {name}")
        else:
            parts.append(f"{name} {', '.join(_figure(run, name) for run in runs)}")
    return "; ".join(parts)


def _figure(run: Ended, name: str) -> str:
    value = run.final.get(name)
    return "diverged" if run.state == "diverged" else "-" if value is None else f"{value:.4g}"


def _said(stars: Sequence[Star], earned: int, runs: Sequence[Ended]) -> str:
    if earned == len(stars):
        return f"{stars[-1].goal} holds: {stars[-1].values}."
    missed = stars[earned]
    seeds = f" with {missed.reached} of {missed.seeds} seeds" if missed.seeds > 1 else ""
    holds = f"holds{seeds} only" if missed.reached else "does not hold"
    diverged = next((f" {run.message}" for run in runs if run.state == "diverged"), "")
    return f"{missed.goal} {holds}: {missed.values}.{diverged}"
