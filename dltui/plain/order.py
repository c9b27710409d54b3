"""What the command line asks to train, made out before PyTorch is loaded: a slip of the pen is told at once."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from dltui.lesson.change import ChangeError, apply
from dltui.lesson.comparison import Shard, compared, shard
from dltui.lesson.find import Entry
from dltui.lesson.problem import listed
from dltui.lesson.records import Experiment


class OrderError(ValueError):
    """What cannot be trained, and what can: one sentence."""


def order(
    entry: Entry, index: int, changes: list[str], seed: int | None, compare: Sequence[str] = (), seeds: int = 0
) -> Experiment:
    """The experiment of a step with KEY=VALUE settings applied, and with KEY=VALUE,VALUE… to compare. Raises
    OrderError."""
    assert entry.lesson is not None, "a broken lesson is never trained"
    step = entry.lesson.step[index]
    if not isinstance(step, Experiment):
        trainable = [each.id for each in entry.lesson.step if isinstance(each, Experiment)]
        there = f"its experiments are {listed(trainable, 'and')}" if trainable else "the lesson has no experiment"
        raise OrderError(f"{entry.id}/{step.id} trains nothing; {there}")
    try:
        return compared(changed(step, changes, seed), _lists(compare), seeds)
    except ChangeError as error:
        raise OrderError(str(error)) from None


def share(experiment: Experiment, asked: str, environ: Mapping[str, str] = os.environ) -> Shard | None:
    """The part of a comparison that `--shard` asks for, or the Slurm array that this process is in; None: all. Raises
    OrderError."""
    if not experiment.compare:
        if asked:
            raise OrderError(f"--shard {asked}: there is nothing to share out; compare with --compare or --seeds")
        return None
    if not asked and "SLURM_ARRAY_TASK_COUNT" not in environ:
        return None
    try:
        return shard(asked or "auto", environ)
    except ValueError as error:
        raise OrderError(f"--shard: {error}") from None


def changed(experiment: Experiment, changes: list[str], seed: int | None = None) -> Experiment:
    """The experiment with KEY=VALUE settings applied; of two for the same key the last counts. Raises ChangeError."""
    pairs: dict[str, object] = {}
    for change in changes:
        key, sign, value = change.partition("=")
        if not sign:
            raise ChangeError("--set", change, "KEY=VALUE, such as lr=0.1")
        pairs[key.strip()] = value.strip()
    if seed is not None:
        pairs["seed"] = seed
    return apply(experiment, pairs) if pairs else experiment


def _lists(given: Sequence[str]) -> dict[str, list[str]]:
    """`lr=0.1,1` as its name and its values."""
    found = {}
    for each in given:
        key, sign, values = each.partition("=")
        if not sign or not values.strip(" ,"):
            raise ChangeError("--compare", each, "KEY=VALUE,VALUE, such as lr=0.01,0.1")
        found[key.strip()] = [part.strip() for part in values.split(",") if part.strip()]
    return found
