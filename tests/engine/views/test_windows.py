"""Every view in every kind of run; and that looking leaves no trace in the numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dltui.engine.train import train
from dltui.engine.views import Budget
from dltui.engine.views.windows import FREE, LOOKS, SHARE
from dltui.journal.events import Metrics, Snapshot
from dltui.journal.line import encode
from dltui.lesson.layers import (
    BatchNorm,
    Conv2d,
    Dropout,
    Flatten,
    Gru,
    LeakyRelu,
    Linear,
    Lstm,
    MaxPool2d,
    Noise,
    Relu,
    Sample,
    Tanh,
)
from dltui.lesson.records import Experiment, Optimizer
from dltui.lesson.views import PICTURES

ADAM = Optimizer(kind="adam", lr=0.01)
KINDS: dict[str, dict[str, Any]] = {
    "classifier": {
        "data": "digits", "model": [Conv2d(out=4, kernel=3), BatchNorm(), Relu(), MaxPool2d(kernel=2), Flatten(),
                                    Dropout(), Linear(out=10)], "loss": "cross_entropy",
        "show": ["parameters", "gradients", "filters", "features", "mistakes", "confusion"],
    },
    "plane": {"data": "xor", "model": [Linear(out=4), Tanh(), Linear(out=1)], "loss": "binary_cross_entropy",
              "show": ["regions", "confusion", "gradients"]},
    "line": {"data": "marks", "model": [Linear(out=1)], "loss": "mse", "show": ["fit", "parameters"]},
    "autoencoder": {"data": "digits", "model": [Noise(std=0.3, always=True), Flatten(), Linear(out=2), Linear(out=64)],
                    "loss": "mse", "target": "input",
                    "show": ["filters", "codes", "reconstructions", "latent_grid", "gradients"]},
    "variational": {"data": "digits", "model": [Flatten(), Linear(out=4), Sample(), Linear(out=64)], "target": "input",
                    "loss": "binary_cross_entropy", "show": ["samples", "latent_grid", "codes", "gradients"]},
    "lstm": {"data": "adding10", "model": [Lstm(out=6, last=True), Linear(out=1)], "loss": "mse",
             "show": ["gates", "recall", "gradients"]},
    "gru": {"data": "remember10", "model": [Gru(out=6, last=True), Linear(out=4)], "loss": "cross_entropy",
            "show": ["gates", "recall", "confusion"]},
    "game": {"data": "ring8", "model": [Linear(out=8), Relu(), Linear(out=2)], "loss": "gan", "noise": 3,
             "adversary": [Linear(out=8), LeakyRelu(), Linear(out=1)], "show": ["samples", "gradients"]},
    "pictures": {"data": "digits", "model": [Linear(out=64)], "loss": "gan", "noise": 3,
                 "adversary": [Flatten(), Linear(out=1)], "show": ["samples"]},
}  # fmt: skip


def experiment(kind: str, **fields: Any) -> Experiment:
    usual = {"id": "a", "title": "A", "optimizer": ADAM, "steps": 6, "batch": 4 if kind == "plane" else 16}
    return Experiment(**(usual | KINDS[kind] | fields))


def told(made: Experiment) -> tuple[dict[str, list[Snapshot]], list[Any]]:
    pictures: dict[str, list[Snapshot]] = {}
    numbers = []
    for event in train(made, lesson="test", run="run", device="cpu"):
        if isinstance(event, Snapshot):
            pictures.setdefault(event.view, []).append(event)
        elif isinstance(event, Metrics):
            numbers += [(name, *pair) for name, series in event.series.items() for pair in zip(*series, strict=True)]
        else:
            assert event.__struct_config__.tag in ("started", "finished"), event
    return pictures, numbers


@pytest.mark.parametrize("kind", KINDS)
def test_every_view_is_taken_and_small_and_changes_no_number(kind: str) -> None:
    pictures, numbers = told(experiment(kind))
    assert list(pictures) == KINDS[kind]["show"]
    for view, taken in pictures.items():
        assert taken[0].step == 0 and taken[-1].step == 6
        assert taken[0] != taken[-1]
        for each in taken:
            assert len(encode(each, 10_000, 1e9)) < 24_000, view
            assert all(len(picture.levels) == picture.rows * picture.columns for picture in each.pictures)
    _, alone = told(experiment(kind, show=["loss"]))
    assert sorted(numbers) == sorted(alone)


def test_all_views_are_in_one_of_these_runs() -> None:
    assert {view for kind in KINDS.values() for view in kind["show"]} == PICTURES == set(LOOKS)


def test_a_short_run_is_looked_at_for_free() -> None:
    budget = Budget()
    assert budget.allows(0.0, 0.0, sure=True)
    budget.spend(0.1, FREE / 2)
    assert budget.allows(0.1, 0.0, sure=True)
    budget.spend(0.2, FREE / 2)
    assert not budget.allows(0.2, 0.0, sure=True)
    assert not budget.allows(0.2, 0.0, sure=False)


def test_looking_takes_its_share_of_long_runs_and_ten_looks_a_second() -> None:
    budget, seconds, spent, cost, looks = Budget(), 0.0, 0.0, 0.004, 0
    for _ in range(10_000):
        seconds += 0.001
        if budget.allows(seconds + spent, seconds, sure=False):
            spent += cost
            looks += 1
            budget.spend(seconds + spent, cost)
    assert looks <= 10 * (seconds + spent) + 1
    assert 0.5 * SHARE * seconds < spent <= SHARE * seconds


@pytest.mark.parametrize("cost", [0.001, 0.02, 0.3])
def test_however_dear_a_look_the_share_holds(cost: float) -> None:
    budget, seconds, spent = Budget(), 0.0, 0.0
    for step in range(20_000):
        seconds += 0.001
        if budget.allows(seconds + spent, seconds, sure=step % 800 == 0):
            spent += cost
            budget.spend(seconds + spent, cost)
    assert spent <= SHARE * seconds + FREE + cost


def test_the_same_run_tells_the_same(xor: Callable[..., Experiment]) -> None:
    first, second = (told(xor(show=["regions", "gradients"], steps=25))[0] for _ in range(2))
    assert first["regions"][-1] == second["regions"][-1]
    assert first["gradients"][-1] == second["gradients"][-1]
