"""A comparison gives what its variants give when each is trained by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from msgspec.structs import replace

from dltui.engine import sweep
from dltui.engine.control import Control
from dltui.engine.stackable import alike
from dltui.engine.train import train
from dltui.journal.events import AnyEvent, Continued, Failed, Finished, Metrics, Paused, Started
from dltui.journal.run import Run
from dltui.lesson.comparison import variants
from dltui.lesson.layers import Conv2d, Dropout, Elu, Flatten, LeakyRelu, Linear, Relu, Sigmoid, Tanh
from dltui.lesson.records import Experiment, Optimizer

Make = Callable[..., Experiment]
NEAR = 2e-4
"""Sums in another order: differences of single rounding grow over the steps."""


def swept(experiment: Experiment, **how: Any) -> list[AnyEvent]:
    return list(sweep.train(experiment, **({"lesson": "test", "run": "run"} | how)))


def folded(events: Iterable[AnyEvent]) -> Run:
    run = Run()
    for event in events:
        run.apply(event)
    return run


def alone(experiment: Experiment) -> Run:
    return folded(train(experiment, lesson="test", run="run"))


def same(run: Run, experiment: Experiment, near: float = NEAR) -> None:
    """Each variant of the run as when it is trained by itself."""
    made = variants(experiment)
    assert len(run.variants) == len(made)
    for found, variant in zip(run.variants, made, strict=True):
        expected = alone(variant)
        assert (found.state, found.step, found.steps) == (expected.state, expected.step, expected.steps)
        assert found.series.keys() == expected.series.keys()
        for name, series in expected.series.items():
            steps, values = found.series[name].steps, [found.series[name].at(step) for step in series.steps]
            assert steps == series.steps
            slack = near if name == "loss" else 0.021  # one row in 500 may lie on a border
            assert values == [(step, pytest.approx(value, abs=slack, rel=slack) if value is not None else None)
                              for step, value in map(series.at, series.steps) if (step, value)]  # fmt: skip


MLP = [Flatten(), Linear(out=16), Relu(), Linear(out=10)]
STACKED: dict[str, dict[str, Any]] = {
    "rates and seeds": {"compare": {"optimizer.lr": [0.001, 0.01, 0.1], "seed": [1, 2]}},
    "seeds alone": {"compare": {"seed": [1, 2, 3]}},
    "sgd": {"optimizer": Optimizer(kind="sgd", lr=0.1, momentum=0.5), "compare": {"lr": [0.1, 0.3]}},
    "rmsprop": {"optimizer": Optimizer(kind="rmsprop", lr=0.01), "compare": {"lr": [0.003, 0.01]}},
    "decay": {"compare": {"optimizer.weight_decay": [0.0, 0.01, 0.1]}},
    "decoupled decay": {
        "optimizer": Optimizer(kind="adamw", lr=0.01, weight_decay=0.1),
        "compare": {"optimizer.weight_decay": [0.0, 0.1], "lr": [0.01, 0.02]},
    },
    "one cycle": {
        "optimizer": Optimizer(kind="adam", lr=0.01, schedule="one_cycle"), "compare": {"lr": [0.01, 0.02]},
    },
    "start": {"compare": {"model.0.init": ["default", "xavier", "normal"]}},
    "binary": {"model": [Linear(out=4), Elu(), Linear(out=1)], "loss": "binary_cross_entropy",
               "compare": {"seed": [1, 2]}},
    "mse": {"model": [Linear(out=4), Sigmoid(), Linear(out=2)], "loss": "mse", "compare": {"lr": [0.1, 0.2]}},
    "perceptron": {"model": [Linear(out=1, bias=False)], "loss": "perceptron", "data": "gauss2", "batch": 5,
                   "compare": {"seed": [1, 2], "data_seed": [0]}},
}  # fmt: skip


@pytest.mark.parametrize("name", STACKED)
def test_small_networks_trained_as_one_are_as_each_by_itself(name: str, xor: Make) -> None:
    experiment = xor(steps=60, **STACKED[name])
    assert len({alike(variant) for variant in variants(experiment)} - {None}) == 1
    same(folded(swept(experiment)), experiment)


def test_batches_come_in_the_order_of_each_seed(digits: Make) -> None:
    experiment = digits(model=MLP, epochs=2, compare={"optimizer.lr": [0.001, 0.005], "seed": [1, 2]})
    same(folded(swept(experiment)), experiment)


def test_what_cannot_be_stacked_takes_turns_and_is_the_same_bit_for_bit(digits: Make) -> None:
    experiment = digits(epochs=1, compare={"seed": [1, 2]})
    assert {alike(variant) for variant in variants(experiment)} == {None}
    same(folded(swept(experiment)), experiment, near=0)


def test_different_networks_are_stacked_with_their_likes(xor: Make) -> None:
    experiment = xor(compare={"model.1.layer": ["tanh", "relu"], "seed": [1, 2]})
    assert len({alike(variant) for variant in variants(experiment)}) == 2
    same(folded(swept(experiment)), experiment)


def test_what_differs_or_is_not_known_is_not_stacked(xor: Make, digits: Make) -> None:
    one = alike(xor())
    assert one is not None
    for fields in (
        {"steps": 50}, {"loss": "mse"}, {"batch": 2}, {"data_seed": 1},
        {"model": [Linear(out=8), Relu(), Linear(out=2)]},
        {"optimizer": Optimizer(kind="adam", lr=0.05, betas=[0.5, 0.9])}, {"optimizer": Optimizer(kind="sgd", lr=0.05)},
        {"model": [Linear(out=9), Tanh(), Linear(out=2)]},
    ):  # fmt: skip
        assert alike(xor(**fields)) not in (one, None)
    assert alike(xor(model=[Linear(out=300), Tanh(), Linear(out=300), LeakyRelu(), Linear(out=2)])) is None
    assert alike(xor(model=[Linear(out=8), Dropout(p=0.5), Linear(out=2)])) is None
    assert alike(digits(model=[Conv2d(out=2, kernel=3), Flatten(), Linear(out=10)])) is None
    assert alike(digits(model=[Linear(out=4), Flatten(), Linear(out=10)])) is None
    assert alike(xor(label_smoothing=0.1)) is None


def test_one_that_diverges_stops_alone(xor: Make) -> None:
    layers = [Linear(out=8), Relu(), Linear(out=1)]
    experiment = xor(data="hours", model=layers, loss="mse", steps=60,
                     optimizer=Optimizer(kind="sgd", lr=0.01), compare={"lr": [0.001, 1e5, 0.002, 1e6]})  # fmt: skip
    events = swept(experiment)
    run = folded(events)
    assert [each.state for each in run.variants] == ["done", "diverged", "done", "diverged"]
    same(run, experiment)
    failures = [event for event in events if isinstance(event, Failed)]
    assert [failed.variant for failed in failures] == [4, 2] or [failed.variant for failed in failures] == [2, 4]
    for failed in failures:
        expected = alone(variants(experiment)[failed.variant - 1])
        assert (failed.layer, failed.step) == (expected.layer, expected.step)
    assert run.state == "done"


def test_all_may_diverge(xor: Make) -> None:
    experiment = xor(data="hours", model=[Linear(out=8), Relu(), Linear(out=1)], loss="mse",
                     optimizer=Optimizer(kind="sgd", lr=1e5), compare={"seed": [1, 2]})  # fmt: skip
    run = folded(swept(experiment))
    assert {each.state for each in run.variants} == {"diverged"}
    assert run.state == "done"


def test_the_whole_and_each_variant_are_told(xor: Make) -> None:
    experiment = xor(compare={"optimizer.lr": [0.01, 0.1]}, show=["loss", "regions"])
    whole, *events = swept(experiment, lesson="mlp-xor", run="r1")
    assert isinstance(whole, Started)
    assert (whole.run, whole.lesson, whole.variant, whole.steps) == ("r1", "mlp-xor", 0, 100)
    assert whole.experiment["compare"] == {"optimizer.lr": [0.01, 0.1]}
    assert len(whole.points) == 4
    starts = [event for event in events if isinstance(event, Started)]
    assert [event.experiment["optimizer"]["lr"] for event in starts] == [0.01, 0.1]
    assert [event.points for event in starts] == [[], []]
    last = events[-1]
    assert isinstance(last, Finished)
    assert (last.variant, last.reason, last.step) == (0, "done", 100)
    run = folded([whole, *events])
    assert all(each.snapshot("regions", 100) is not None for each in run.variants)
    assert run.seconds > 0


def test_it_stops_when_it_is_told_to(xor: Make, digits: Make) -> None:
    for experiment in (xor(steps=100_000, compare={"seed": [1, 2]}), digits(epochs=50, compare={"seed": [1, 2]})):
        control, told = Control(), []
        for event in sweep.train(experiment, lesson="test", run="run", control=control):
            told.append(event)
            if isinstance(event, Metrics) and "loss" in event.series:
                control.stop()
        run = folded(told)
        assert run.state == "stopped"
        assert [each.state for each in run.variants] == ["stopped"] * 2
        assert 0 < run.step < run.steps


def test_it_pauses_and_goes_on(xor: Make) -> None:
    experiment = xor(compare={"seed": [1, 2]})
    control, told = Control(hold=True), []
    for event in sweep.train(experiment, lesson="test", run="run", control=control):
        told.append(event)
        if isinstance(event, Paused):
            (control.single if event.step < 1 else control.go)()
    assert [type(event) for event in told if isinstance(event, Paused | Continued)] == [Paused, Paused, Continued]
    same(folded(told), experiment)


def test_what_cannot_be_trained_is_one_sentence(xor: Make) -> None:
    (failed,) = swept(xor(compare={"optimizer.lr": [0.1, -1.0]}))
    assert isinstance(failed, Failed)
    assert (failed.reason, failed.variant) == ("invalid", 0)
    (failed,) = swept(xor(model=[Linear(out=3)], compare={"seed": [1, 2]}))
    assert isinstance(failed, Failed)
    assert "needs 2 outputs" in failed.message
    (failed,) = swept(xor(compare={"seed": [1, 2]}), device="cuda:7")
    assert isinstance(failed, Failed)
    assert "cuda:7" in failed.message


def test_a_variant_that_cannot_be_trained_fails_alone(xor: Make) -> None:
    run = folded(swept(xor(compare={"model.2.out": [2, 3]})))
    assert [each.state for each in run.variants] == ["done", "failed"]
    assert run.state == "done"


def test_without_a_comparison_it_is_the_trainer(xor: Make) -> None:
    run = folded(swept(xor()))
    assert (run.state, run.variants) == ("done", [])
    assert run.series["loss"].last == alone(xor()).series["loss"].last


def test_seconds_are_shared_out(xor: Make) -> None:
    """Twenty variants together are not said to have taken twenty times their time."""
    run = folded(swept(xor(steps=200, compare={"seed": list(range(20))})))
    assert sum(each.seconds for each in run.variants) <= run.seconds * 1.01


def test_the_digests_tell_variants_apart(xor: Make) -> None:
    experiment = replace(xor(), compare={"seed": [1, 2]})
    starts = [event.digest for event in swept(experiment) if isinstance(event, Started)]
    assert len(set(starts)) == 3
