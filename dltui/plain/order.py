"""What the command line asks to train, made out before PyTorch is loaded: a slip of the pen is told at once."""

from __future__ import annotations

from dltui.lesson.change import ChangeError, apply
from dltui.lesson.find import Entry
from dltui.lesson.problem import listed
from dltui.lesson.records import Experiment


class OrderError(ValueError):
    """What cannot be trained, and what can: one sentence."""


def order(entry: Entry, index: int, changes: list[str], seed: int | None) -> Experiment:
    """The experiment of a step with KEY=VALUE settings applied. Raises OrderError."""
    assert entry.lesson is not None, "a broken lesson is never trained"
    step = entry.lesson.step[index]
    if not isinstance(step, Experiment):
        trainable = [each.id for each in entry.lesson.step if isinstance(each, Experiment)]
        there = f"its experiments are {listed(trainable, 'and')}" if trainable else "the lesson has no experiment"
        raise OrderError(f"{entry.id}/{step.id} trains nothing; {there}")
    try:
        return changed(step, changes, seed)
    except ChangeError as error:
        raise OrderError(str(error)) from None


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
