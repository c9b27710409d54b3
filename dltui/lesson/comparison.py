"""An experiment that compares: every combination of the settings in its `compare`, each one an experiment of its own.

Combinations that differ in nothing but the seed are one line on a chart: their mean, with a band around it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeVar

from msgspec.structs import replace

from dltui.lesson.change import ChangeError, apply, value
from dltui.lesson.problem import quoted
from dltui.lesson.records import Experiment

SEED = "seed"
MOST = 256
"""Runs in one comparison."""
Compared = Mapping[str, Sequence[int | float | str]]


T = TypeVar("T")


@dataclass(frozen=True)
class Shard:
    """One of several equal shares of a comparison, for as many processes or machines."""

    number: int
    """From 1"""
    count: int

    def of(self, numbered: Sequence[T]) -> list[T]:
        """Its share: every `count`-th, so that slow settings, which lie side by side, are spread."""
        return list(numbered[self.number - 1 :: self.count])


def shard(text: str, environ: Mapping[str, str] = os.environ) -> Shard:
    """Reads `2/8`; for `auto` the place of this process in an array of Slurm jobs. Raises ValueError."""
    if text == "auto":
        try:
            first = int(environ.get("SLURM_ARRAY_TASK_MIN", "0"))
            found = Shard(int(environ["SLURM_ARRAY_TASK_ID"]) - first + 1, int(environ["SLURM_ARRAY_TASK_COUNT"]))
        except (KeyError, ValueError):
            raise ValueError("there is no Slurm array here: expected I/N, such as 1/4") from None
    else:
        number, _, count = text.partition("/")
        if not (number.isdecimal() and count.isdecimal()):
            raise ValueError(f"{quoted(text)} is no shard: expected I/N, such as 1/4")
        found = Shard(int(number), int(count))
    if not 1 <= found.number <= found.count <= MOST:
        raise ValueError(f"there is no shard {found.number} of {found.count}: expected 1/N to N/N, N at most {MOST}")
    return found


def compared(experiment: Experiment, settings: Compared, seeds: int = 0) -> Experiment:
    """The experiment with these values to compare instead of its own, unless there are none, and with so many seeds
    from its own one on; 0 seeds: as it stands. Texts are read as a command line gives them. Raises ChangeError."""
    base = replace(experiment, compare={})
    compare = dict(experiment.compare)
    if settings:
        compare = {name: [value(apply(base, {name: each}), name) for each in values]
                   for name, values in settings.items()}  # fmt: skip
    if seeds:
        compare[SEED] = list(range(experiment.seed, experiment.seed + seeds))
    made = replace(experiment, compare=compare)
    variants(made)
    return made


def variants(experiment: Experiment) -> list[Experiment]:
    """One experiment for each combination, in the order of the lesson, seeds changing fastest; none where nothing is
    compared. Raises ChangeError for a setting that is not there, a value it does not take, or too many of them."""
    if not experiment.compare:
        return []
    names = sorted(experiment.compare, key=lambda name: name == SEED)
    values = [experiment.compare[name] for name in names]
    base = replace(experiment, compare={})
    count = 1
    for each in values:
        count *= len(each)
    if count > MOST:
        raise ChangeError("compare", f"{count} runs", f"at most {MOST} runs in one comparison")
    return [apply(base, dict(zip(names, each, strict=True))) for each in product(*values)]


def labels(experiment: Experiment, variant: Experiment) -> str:
    """What sets one variant apart from the others, its seed aside: `lr 0.01`, `tanh, out 8`."""
    titles = {knob.set: knob.label for knob in experiment.knobs}
    names = [name for name in experiment.compare if name != SEED]
    ends = [name.rpartition(".")[2] for name in names]
    parts = []
    for name, end in zip(names, ends, strict=True):
        here = value(variant, name)
        title = titles.get(name, end if ends.count(end) == 1 else name)
        parts.append(str(here) if isinstance(here, str) and name not in titles else f"{title} {_figure(here)}")
    return ", ".join(parts)


def groups(experiment: Experiment, experiments: Sequence[Experiment]) -> list[tuple[str, list[int]]]:
    """The labels of the lines of a comparison, and which variants, counted from 0, each one is the mean of."""
    found: dict[str, list[int]] = {}
    for place, variant in enumerate(experiments):
        found.setdefault(labels(experiment, variant), []).append(place)
    return list(found.items())


def _figure(number: object) -> str:
    return f"{number:g}" if isinstance(number, float) else str(number)
