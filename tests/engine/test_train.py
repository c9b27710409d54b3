from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch

from dltui.engine import checkpoint, model
from dltui.engine.control import Control
from dltui.engine.data import make
from dltui.engine.train import SNAPSHOTS, Trainer
from dltui.journal.events import AnyEvent, Continued, Failed, Finished, Metrics, Paused, Snapshot, Started
from dltui.journal.run import Run
from dltui.lesson.change import digest
from dltui.lesson.layers import Conv2d, Flatten, Linear, Relu, Sigmoid
from dltui.lesson.records import Experiment, Optimizer

Make = Callable[..., Experiment]
Events = Callable[..., Iterable[AnyEvent]]
Told = Callable[..., Run]


def gathered(events: Iterable[AnyEvent]) -> dict[str, dict[int, float | None]]:
    """All metrics by step; a step told twice must say the same."""
    found: dict[str, dict[int, float | None]] = {}
    for event in events:
        if isinstance(event, Metrics):
            for name, (steps, numbers) in event.series.items():
                for step, number in zip(steps, numbers, strict=True):
                    assert found.setdefault(name, {}).setdefault(step, number) == number
    return found


def ticking(seconds: float) -> Callable[[], float]:
    """A clock that goes on by so many seconds each time it is looked at."""
    looks = count()
    return lambda: next(looks) * seconds


def test_a_run_tells_what_it_is_and_what_came_of_it(xor: Make, events: Events) -> None:
    experiment = xor(seed=4, show=["loss", "regions"])
    told = list(events(experiment, lesson="mlp-xor", run="r1"))
    started = told[0]
    assert isinstance(started, Started)
    assert (started.run, started.lesson, started.step_id, started.seed) == ("r1", "mlp-xor", "train", 4)
    assert started.digest == digest(experiment)
    assert started.experiment["model"][0] == {"layer": "linear", "out": 8}
    assert (started.device, started.threads, started.steps, started.parameters) == ("cpu", 1, 100, 42)
    assert started.domain == pytest.approx([-0.15, 1.15, -0.15, 1.15])
    assert started.points == [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]
    finished = told[-1]
    assert isinstance(finished, Finished)
    assert (finished.step, finished.reason, finished.checkpoint) == (100, "done", "")
    assert set(finished.final) == {"loss", "accuracy", "wrong"}
    assert finished.final["accuracy"] == 1.0
    assert finished.seconds > 0


def test_loss_is_told_for_every_step_and_the_rest_at_evaluations(xor: Make, digits: Make, events: Events) -> None:
    found = gathered(events(xor(steps=500)))
    assert list(found["loss"]) == list(range(1, 501))
    assert list(found["accuracy"]) == list(found["wrong"]) == list(range(0, 501, 5))
    found = gathered(events(digits(epochs=None, steps=50)))
    assert list(found["loss"]) == list(range(1, 51))
    assert list(found["accuracy"]) == [0, 20, 40, 50]


def test_the_loss_of_step_1_is_that_of_the_initial_model(xor: Make, events: Events) -> None:
    assert gathered(events(xor(model=[Linear(out=2, init="zeros")])))["loss"][1] == pytest.approx(np.log(2))


def test_metrics_come_in_batches(xor: Make, events: Events) -> None:
    told = [event for event in events(xor(steps=2000), clock=ticking(0.001)) if isinstance(event, Metrics)]
    assert 20 < len(told) < 120  # about 2000 steps of 1 ms, 50 ms each


def test_snapshots_are_throttled_and_show_both_ends(xor: Make, events: Events) -> None:
    for milliseconds, most in ((0.001, 40), (2.0, SNAPSHOTS + 5)):
        told = events(xor(steps=1200, show=["regions"]), clock=ticking(milliseconds / 1000))
        taken = [event.step for event in told if isinstance(event, Snapshot)]
        assert taken[0] == 0
        assert taken[-1] == 1200
        assert 20 < len(taken) <= most
        assert taken == sorted(set(taken))


def test_the_same_experiment_gives_the_same_numbers_bit_for_bit(xor: Make, digits: Make, events: Events) -> None:
    for make_one in (xor, digits):
        one, two = gathered(events(make_one(seed=5))), gathered(events(make_one(seed=5)))
        assert one == two
        assert gathered(events(make_one(seed=6)))["loss"] != one["loss"]


def test_what_others_draw_and_how_often_they_look_changes_nothing(digits: Make, events: Events) -> None:
    expected = gathered(events(digits(epochs=1)))

    def disturbed() -> Iterable[AnyEvent]:
        for event in events(digits(epochs=1), clock=ticking(1.0)):  # an event after each step
            torch.rand(7)
            torch.manual_seed(0)
            yield event

    assert gathered(disturbed()) == expected


def test_pauses_and_single_steps_change_no_number(digits: Make, events: Events) -> None:
    expected = gathered(events(digits()))
    control = Control(hold=True)
    told: list[AnyEvent] = []
    for event in events(digits(), control=control):
        told.append(event)
        if isinstance(event, Paused):
            if event.step < 4:
                control.single()
            elif event.step == 4:
                control.single(19)
            else:
                control.go()
    found = gathered(told)
    assert found["loss"] == expected["loss"]
    assert found["accuracy"].items() >= expected["accuracy"].items()
    assert [event.step for event in told if isinstance(event, Paused)] == [0, 1, 2, 3, 4, 23]
    assert [event.step for event in told if isinstance(event, Continued)] == [23]
    paused = told.index(Paused(step=2))
    assert isinstance(told[paused - 1], Metrics), "what is known is told before the pause"


def test_each_pause_shows_the_model_as_it_is(xor: Make, events: Events) -> None:
    control = Control(hold=True)
    told: list[AnyEvent] = []
    for event in events(xor(steps=3, show=["parameters"]), control=control):
        told.append(event)
        if isinstance(event, Paused):
            control.single()
    assert [event.step for event in told if isinstance(event, Snapshot)] == [0, 1, 2, 3]
    assert list(gathered(told)["wrong"]) == [0, 1, 2, 3]


@pytest.mark.parametrize("make_one", ["xor", "digits"])
@pytest.mark.parametrize("at", [0, 13, 20, 40])  # in an epoch of 20 batches, and at its ends
def test_a_resumed_run_is_the_run_that_never_stopped(
    make_one: str, at: int, request: pytest.FixtureRequest, events: Events, tmp_path: Path
) -> None:
    experiment = request.getfixturevalue(make_one)(optimizer=Optimizer(kind="adam", lr=0.01, schedule="one_cycle"))
    expected = gathered(events(experiment))
    control = Control(hold=True)
    first: list[AnyEvent] = []
    for event in events(experiment, control=control, folder=tmp_path):
        first.append(event)
        if isinstance(event, Paused):
            if event.step < at:
                control.single(at)
            else:
                control.stop()
    stopped = first[-1]
    assert isinstance(stopped, Finished)
    assert (stopped.reason, stopped.step, stopped.checkpoint) == ("stopped", at, checkpoint.FILE)
    rest = list(events(experiment, resume=checkpoint.load(tmp_path / checkpoint.FILE), folder=tmp_path))
    assert isinstance(rest[0], Started)
    assert rest[0].resumed_at == at
    found = gathered([*first, *rest])
    assert found["loss"] == expected["loss"]
    assert found["accuracy"].items() >= expected["accuracy"].items()
    finished = rest[-1]
    assert isinstance(finished, Finished)
    assert finished.reason == "done"
    assert finished.seconds > stopped.seconds


def test_a_checkpoint_of_another_experiment_is_refused(xor: Make, events: Events, tmp_path: Path) -> None:
    list(events(xor(), folder=tmp_path))
    (failed,) = events(xor(seed=1), resume=checkpoint.load(tmp_path / checkpoint.FILE))
    assert isinstance(failed, Failed)
    assert (failed.reason, failed.message) == (
        "invalid", "the checkpoint belongs to another experiment, or the experiment was changed since",
    )  # fmt: skip


def test_checkpoints_are_written_while_it_trains(xor: Make, events: Events, tmp_path: Path) -> None:
    told = events(xor(steps=2000), folder=tmp_path, clock=ticking(1.0))
    for event in told:
        if isinstance(event, Metrics) and "loss" in event.series and event.series["loss"][0][-1] > 50:
            break
    assert 0 < checkpoint.load(tmp_path / checkpoint.FILE).state.step <= 60


def rosenblatt(x: np.ndarray[Any, np.dtype[np.float32]], sign: np.ndarray[Any, np.dtype[np.float32]],
               order: list[int]) -> list[list[float]]:  # fmt: skip
    """The rule in plain numpy: w += y·x at each row that is not on its own side."""
    weights, path = np.zeros(x.shape[1] + 1, dtype=np.float32), []
    for row in order:
        extended = np.append(x[row], np.float32(1))
        if sign[row] * (weights @ extended) <= 0:
            weights = weights + sign[row] * extended
        path.append(weights.tolist())
    return path


@pytest.mark.parametrize("data", ["gauss2", "notebook50"])
def test_the_perceptron_loss_at_batch_1_is_rosenblatts_rule(data: str, xor: Make, events: Events) -> None:
    experiment = xor(
        data=data, model=[Linear(out=1, init="zeros")], loss="perceptron", optimizer=Optimizer(kind="sgd", lr=1.0),
        batch=1, steps=None, epochs=3, show=["parameters"], seed=2,
    )  # fmt: skip
    rows = make(data, 0)
    generator = torch.Generator().manual_seed(2)
    order = [row for _ in range(3) for row in torch.randperm(50, generator=generator).tolist()]
    expected = rosenblatt(rows.train_x, (2 * rows.train_y - 1).astype(np.float32), order)
    control = Control(hold=True)
    path: list[list[float | None]] = []
    for event in events(experiment, control=control):
        if isinstance(event, Paused):
            control.single()
        if isinstance(event, Snapshot) and event.step:
            path.append(event.values)
    assert len(path) == 150
    np.testing.assert_allclose(np.array(path, dtype=float), expected, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("lr", [100.0, 1e5, 1e6])
def test_a_run_that_diverges_stops_at_once_and_says_where(lr: float, xor: Make, events: Events, tmp_path: Path) -> None:
    experiment = xor(model=[Linear(out=8), Relu(), Linear(out=1)], loss="mse", data="hours", steps=1000,
                     optimizer=Optimizer(kind="sgd", lr=lr))  # fmt: skip
    told = list(events(experiment, folder=tmp_path))
    failed = told[-1]
    assert isinstance(failed, Failed)
    assert failed.reason == "diverged"
    assert 1 < failed.step < 30
    assert failed.layer.startswith("model.") or failed.layer == "loss"
    assert f"at step {failed.step} the loss is no longer a finite number" in failed.message
    assert "smaller learning rate" in failed.message
    losses = gathered(told)["loss"]
    assert [step for step, loss in losses.items() if loss is None] == [failed.step] == [max(losses)]
    kept = checkpoint.load(tmp_path / failed.checkpoint)
    assert kept.state.finite()
    assert kept.state.step < failed.step


def test_the_layer_of_a_divergence_is_named(xor: Make, events: Events) -> None:
    layers = [Linear(out=8), Relu(), Linear(out=8), Relu(), Linear(out=1)]
    experiment = xor(data="hours", model=layers, loss="mse", optimizer=Optimizer(kind="sgd", lr=1e5))
    *_, failed = events(experiment)
    assert isinstance(failed, Failed)
    assert "the first layer that is affected is model." in failed.message
    assert failed.layer in failed.message


def test_a_last_update_that_overflows_is_a_divergence(xor: Make, events: Events, tmp_path: Path) -> None:
    decay = Optimizer(kind="sgd", lr=1e6, weight_decay=1e3)  # the weights grow by 1e9 a step, whatever the loss
    settled = xor(loss="perceptron", model=[Linear(out=1, bias=False)], optimizer=decay)
    lengths = [(steps, list(events(msgspec.structs.replace(settled, steps=steps), folder=tmp_path))[-1])
               for steps in range(1, 9)]  # fmt: skip
    steps, failed = next((steps, event) for steps, event in lengths if isinstance(event, Failed))
    assert failed.step == steps
    assert "what the model computes is no longer a finite number" in failed.message
    assert failed.layer == "model.0 (linear)"
    assert checkpoint.load(tmp_path / checkpoint.FILE).state.finite()


def test_a_model_of_terabytes_is_refused(xor: Make, events: Events, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "free_bytes", lambda device: 21_000_000_000)
    (failed,) = events(xor(model=[Linear(out=563_000), Linear(out=563_000), Linear(out=2)]))
    assert isinstance(failed, Failed)
    assert failed.reason == "too-large"
    assert failed.message == "this model needs 5.1 TB; this machine has 21 GB free"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"data": "mnits"}, "data: expected one of hours, "),
        ({"model": [Linear(out=3)]}, "cross_entropy on xor needs 2 outputs, but the model ends in 3 outputs"),
        ({"model": [Linear(out=1), Sigmoid()], "loss": "binary_cross_entropy"}, "takes logits"),
        ({"steps": None}, "expected exactly one of epochs and steps"),
        ({"epochs": 3}, "expected exactly one of epochs and steps"),
        ({"model": [Flatten(), Conv2d(out=3, kernel=3)]}, "model.1 (conv2d)"),
    ],
)
def test_an_experiment_that_cannot_be_is_one_sentence(
    fields: dict[str, Any], sentence: str, xor: Make, events: Events
) -> None:
    (failed,) = events(xor(**fields))
    assert isinstance(failed, Failed)
    assert failed.reason == "invalid"
    assert sentence in failed.message


def test_a_device_that_is_not_there_is_refused(xor: Make, events: Events) -> None:
    (failed,) = events(xor(), device="cuda:7")
    assert isinstance(failed, Failed)
    assert 'there is no device "cuda:7" here, only cpu' in failed.message


def test_a_full_disk_is_no_reason_to_stop(
    xor: Make, events: Events, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, kept: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint, "save", full)
    *_, finished = events(xor(), folder=tmp_path)
    assert isinstance(finished, Finished)
    assert (finished.reason, finished.checkpoint) == ("done", "")


def test_the_screen_can_fold_it(xor: Make, told: Told) -> None:
    run = told(xor(show=["regions"]))
    assert run.state == "done"
    assert run.step == run.steps == 100
    assert len(run.series["loss"]) == 100
    assert run.snapshot("regions", 0) is not None


def test_the_trainer_is_one_for_all() -> None:
    """No lesson has code of its own here."""
    assert [name for name in vars(Trainer) if name.startswith("train")] == []
