"""Runs that differ in the seed, as one line of a chart."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from dltui.journal.events import Failed, Metrics, Started
from dltui.journal.run import Run
from dltui.lesson.comparison import variants
from dltui.lesson.layers import Linear
from dltui.lesson.records import Experiment, Optimizer
from dltui.tui.experiment.teams import teams
from dltui.tui.experiment.views import values


def comparison(**compare: list[Any]) -> Run:
    asked = Experiment(
        id="train", title="", data="xor", model=[Linear(out=2)], loss="cross_entropy", steps=9,
        optimizer=Optimizer(kind="adam", lr=0.1), compare=compare,
    )  # fmt: skip
    run = Run()
    for number, each in enumerate([asked, *variants(asked)]):
        run.apply(Started(
            run="r", lesson="l", step_id="train", experiment=msgspec.to_builtins(each), digest="", seed=each.seed,
            device="cpu", device_reason="", threads=1, torch="", steps=9, parameters=6, variant=number,
        ))  # fmt: skip
    return run


def test_a_line_for_each_setting_and_its_mean() -> None:
    run = comparison(lr=[0.1, 1.0], seed=[1, 2])
    for number, value in enumerate((1.0, 3.0, 5.0, 5.0), 1):
        run.apply(Metrics(series={"loss": ([1, 2], [value, value])}, seconds=1, variant=number))
    low, high = teams(run)
    low.follow()
    high.follow()
    assert (low.label, high.label) == ("lr 0.1", "lr 1")
    assert [low.run.series["loss"].last, high.run.series["loss"].last] == [(2, 2.0), (2, 5.0)]
    assert low.spreads["loss"].high.last == (2, pytest.approx(2 + 2**0.5))
    assert (low.run.state, low.run.steps) == ("running", 9)


def test_one_that_diverges_does_not_end_the_line() -> None:
    run = comparison(seed=[1, 2])
    (team,) = teams(run)
    run.apply(Failed(step=1, reason="diverged", message="", variant=1))
    team.follow()
    assert team.run.state == "running"
    run.apply(Failed(step=1, reason="diverged", message="", variant=2))
    team.follow()
    assert team.run.state == "diverged"


def test_without_seeds_each_line_is_its_run() -> None:
    run = comparison(lr=[0.1, 1.0])
    first, second = teams(run)
    assert [first.run, second.run] == run.variants
    assert first.spreads == {}


def test_until_all_have_begun_there_are_none() -> None:
    run = comparison(seed=[1, 2])
    run.variants.pop()
    assert teams(run) == []
    assert teams(Run()) == []


def test_a_short_label_keeps_the_value_of_every_setting() -> None:
    labels = ("momentum 0.9", "sgd, lr 0.1", "relu", "seed 3")
    assert [values(label) for label in labels] == ["0.9", "sgd 0.1", "relu", "3"]
