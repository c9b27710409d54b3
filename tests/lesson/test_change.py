"""Settings changed by place, by short name and as text; refusals say what would have been taken."""

import json
import math

import msgspec
import pytest

from dltui.lesson.change import ChangeError, UnknownSetting, apply, digest, options, read, value
from dltui.lesson.records import Experiment, Knob, LeakyRelu, Linear, MaxPool2d, Optimizer, Relu, Tanh

OPTIMIZER = Optimizer(kind="sgd", lr=0.5)
EXPERIMENT = Experiment(
    id="train",
    title="Train",
    data="xor",
    model=[Linear(out=4), Relu(), MaxPool2d(kernel=2), Linear(out=1)],
    loss="mse",
    optimizer=OPTIMIZER,
    steps=100,
)


@pytest.mark.parametrize(
    "name, given, place, new",
    [
        ("lr", "0.1", "optimizer.lr", 0.1),
        ("lr", "1e-3", "optimizer.lr", 0.001),
        ("lr", " .5 ", "optimizer.lr", 0.5),
        ("optimizer.lr", 2, "optimizer.lr", 2.0),
        ("momentum", "0.9", "optimizer.momentum", 0.9),
        ("optimizer", "adam", "optimizer.kind", "adam"),
        ("schedule", "one_cycle", "optimizer.schedule", "one_cycle"),
        ("betas", "[0.5, 0.9]", "optimizer.betas", [0.5, 0.9]),
        ("batch", "2", "batch", 2),
        ("steps", "1e3", "steps", 1000),
        ("seed", 7, "seed", 7),
        ("data", "circles", "data", "circles"),
        ("loss", "perceptron", "loss", "perceptron"),
        ("model.0.out", "8", "model.0.out", 8),
        ("model.0.bias", "false", "model.0.bias", False),
        ("model.0.init", "he", "model.0.init", "he"),
        ("model.2.stride", "1", "model.2.stride", 1),
        ("model.2.stride", "none", "model.2.stride", None),
        ("model.1.layer", "tanh", "model.1.layer", "tanh"),
    ],
)
def test_apply(name: str, given: object, place: str, new: object) -> None:
    changed = apply(EXPERIMENT, {name: given})
    assert options(changed) == options(EXPERIMENT) | {place: new}
    assert value(changed, name) == new
    assert value(EXPERIMENT, name) == options(EXPERIMENT)[place]  # the original is untouched


def test_nothing_to_change() -> None:
    assert apply(EXPERIMENT, {}) == EXPERIMENT


def test_several_at_once() -> None:
    changed = apply(EXPERIMENT, {"model.1.slope": 0.2, "model.1.layer": "leaky_relu", "lr": "0.1"})
    assert changed.model[1] == LeakyRelu(slope=0.2)
    assert changed.optimizer.lr == 0.1


def test_a_layer_keeps_what_both_know() -> None:
    assert apply(EXPERIMENT, {"model.2.layer": "avgpool2d"}).model[2].kernel == 2  # type: ignore[union-attr]
    assert apply(EXPERIMENT, {"model.0.layer": "tanh"}).model[0] == Tanh()


def test_epochs_take_the_place_of_steps() -> None:
    changed = apply(EXPERIMENT, {"epochs": "5"})
    assert (changed.epochs, changed.steps) == (5, None)
    back = apply(changed, {"steps": 100})
    assert back == EXPERIMENT


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"lr": "-1"}, "lr: expected a number, above 0 and at most 1000000, got -1"),
        ({"lr": "fast"}, 'got the text "fast"'),
        ({"lr": math.nan}, "got nan"),
        ({"lr": "9" * 400}, "got inf"),
        ({"lr": {}}, "got a table"),
        ({"seed": "1e30"}, "seed: expected a whole number, at least 0, got a huge number"),
        ({"batch": True}, "got true"),
        ({"model.0.out": "3.5"}, "model.0.out: expected a whole number, at least 1, got 3.5"),
        ({"model.0.init": "xavir"}, "did you mean xavier?"),
        ({"optimizer": "adm"}, 'one of adagrad, adam, adamw, rmsprop or sgd, got the text "adm" — did you mean adam?'),
        ({"data": "circle"}, "did you mean circles?"),
        ({"betas": "[0.5]"}, "betas: expected a list of 2 numbers, got [0.5]"),
        ({"betas": "[0.5, a]"}, "betas: expected a list of 2 numbers, got [0.5, 'a']"),
        ({"model.1.layer": "tan"}, "did you mean tanh?"),
        ({"model.1.layer": "linear"}, "model.1.out: expected a whole number, at least 1, got nothing"),
        ({"steps": "none"}, "exactly one of epochs and steps"),
        ({"epochs": 1, "steps": 2}, "one of epochs and steps, not both"),
        ({"lr": 1, "optimizer.lr": 2}, "does not set too"),
    ],
)
def test_values_that_are_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ChangeError) as caught:
        apply(EXPERIMENT, changes)
    assert message in str(caught.value)
    assert caught.value.path.startswith(tuple(changes)) or caught.value.path in ("model.1.out", "epochs")


@pytest.mark.parametrize(
    "name, near",
    [
        ("optimizer.lrr", "optimizer.lr"),
        ("learning_rate", "lr"),
        ("sed", "seed"),
        ("model.1.slope", "model"),
        ("title", ""),
        ("knobs", ""),
        ("model", ""),
        ("model.9.out", "model.0.out"),
        ("\x1b[2J", ""),
    ],
)
def test_settings_that_are_not_there(name: str, near: str) -> None:
    with pytest.raises(UnknownSetting) as caught:
        apply(EXPERIMENT, {name: 1})
    assert caught.value.near.startswith(near[:5])
    assert "\x1b" not in str(caught.value)
    with pytest.raises(UnknownSetting):
        value(EXPERIMENT, name)


def test_options_can_all_be_applied() -> None:
    for name, current in options(EXPERIMENT).items():
        if current is not None:
            assert apply(EXPERIMENT, {name: current}) == EXPERIMENT


def test_read_takes_what_a_journal_holds() -> None:
    plain = json.loads(msgspec.json.encode(EXPERIMENT))
    assert read(plain) == EXPERIMENT
    with pytest.raises(ChangeError, match="unknown field"):
        read(plain | {"speed": 1})
    with pytest.raises(ChangeError, match="lr"):
        read(plain | {"optimizer": {"kind": "sgd", "lr": -1}})


def test_digest_sees_the_course_of_the_run_and_nothing_else() -> None:
    same = msgspec.structs.replace(
        EXPERIMENT,
        id="other",
        title="Other",
        text="Text",
        show=["loss"],
        claim="loss < 1",
        knobs=[Knob(set="lr", label="lr", values=[0.5, 1])],
        optimizer=Optimizer(kind="sgd", lr=0.5, momentum=0),
    )
    assert digest(same) == digest(EXPERIMENT)
    assert digest(apply(EXPERIMENT, {"lr": 1})) == digest(apply(EXPERIMENT, {"lr": 1.0}))
    bare = msgspec.structs.replace(EXPERIMENT, optimizer=Optimizer(kind="sgd", lr=1))
    assert digest(bare) == digest(apply(EXPERIMENT, {"lr": 1.0}))
    changes: list[dict[str, object]] = [
        {"lr": 0.4}, {"seed": 1}, {"data_seed": 1}, {"batch": 2}, {"epochs": 100}, {"steps": 99},
        {"model.0.out": 5}, {"model.1.layer": "tanh"}, {"data": "circles"}, {"optimizer": "adam"},
        {"loss": "perceptron"},
    ]  # fmt: skip
    seen = {digest(apply(EXPERIMENT, change)) for change in changes} | {digest(EXPERIMENT)}
    assert len(seen) == len(changes) + 1


def test_digest_stays_the_same_from_one_version_to_the_next() -> None:
    """Checkpoints and stored runs are found by it. If this fails on purpose, old runs cannot be resumed."""
    assert digest(EXPERIMENT) == "98126bf6205a"
