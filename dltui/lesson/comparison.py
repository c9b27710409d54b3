"""An experiment that compares: every combination of the settings in its `compare`, each one an experiment of its own.

Combinations that differ in nothing but the seed are one line on a chart: their mean, with a band around it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

from msgspec.structs import replace

from dltui.lesson.change import ChangeError, apply, value
from dltui.lesson.records import Experiment

SEED = "seed"
MOST = 256
"""Runs in one comparison."""
Compared = Mapping[str, Sequence[int | float | str]]


def compared(experiment: Experiment, settings: Compared, seeds: int = 0) -> Experiment:
    """The experiment with these values to compare instead of its own, unless there are none, and with so many seeds
    from its own one on; 0 seeds: as it stands. Raises ChangeError."""
    compare = {name: list(values) for name, values in (settings or experiment.compare).items()}
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
