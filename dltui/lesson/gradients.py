"""Gradient checks that are not written out in a lesson: of an experiment, of one round of a bug hunt."""

from __future__ import annotations

from msgspec.structs import replace

from dltui.lesson.datasets import DATASETS
from dltui.lesson.records import Choice, Experiment, GradientCheck

BATCH = 8
"""Rows enough to tell a missing mean from a right one, few enough for an answer at once."""


def check_of(experiment: Experiment) -> GradientCheck:
    """The gradient that an experiment starts from: its model, its seed, the first rows of its data."""
    rows = DATASETS[experiment.data].train_rows
    return GradientCheck(
        id=experiment.id, title=experiment.title, data=experiment.data, data_seed=experiment.data_seed,
        model=experiment.model, loss=experiment.loss, target=experiment.target, adversary=experiment.adversary,
        label_smoothing=experiment.label_smoothing, noise=experiment.noise, batch=min(BATCH, rows),
        seed=experiment.seed,
    )  # fmt: skip


def check_of_round(step: GradientCheck, at: int) -> GradientCheck:
    """The check with the bug of one round, counted from 0."""
    return replace(step, bug=step.rounds[at].bug, layer=step.rounds[at].layer, rounds=[])


def question_of_round(step: GradientCheck, at: int) -> Choice:
    """The round as an ordinary question, judged and remembered like any other."""
    played = step.rounds[at]
    return Choice(id=f"{step.id}-{at + 1}", ask="What is wrong?", options=played.options, explain=played.told)
