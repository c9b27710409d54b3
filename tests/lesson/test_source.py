"""The printed program is run: same data, same sizes, same numbers as the engine's run of the same experiment."""

import contextlib
import io
import tomllib
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
import torch

from dltui.engine.train import train
from dltui.journal.events import Finished
from dltui.lesson.datasets import DATASETS
from dltui.lesson.layout import LayoutError, infer
from dltui.lesson.records import (
    AnyLayer,
    AvgPool2d,
    BatchNorm,
    Conv2d,
    Dropout,
    Elu,
    Experiment,
    Flatten,
    LayerNorm,
    LeakyRelu,
    Lesson,
    Linear,
    MaxPool2d,
    Optimizer,
    Relu,
    Sigmoid,
    Tanh,
)
from dltui.lesson.source import source

torch.set_num_threads(1)

LESSONS = Path(__file__).parents[2] / "lessons"
CNN: list[AnyLayer] = [
    Conv2d(out=8, kernel=3, padding=1),
    BatchNorm(),
    Relu(),
    MaxPool2d(kernel=2),
    Conv2d(out=4, kernel=3, stride=2, padding=2, dilation=2, bias=False),
    LeakyRelu(slope=0.1),
    AvgPool2d(kernel=2, stride=1),
    LayerNorm(),
    Flatten(),
    Linear(out=12, init="xavier", bias=False),
    Elu(),
    BatchNorm(),
    Dropout(p=0.3),
    Linear(out=11, init="he"),
    Tanh(),
    Linear(out=11, init="constant"),
    Sigmoid(),
    LayerNorm(),
    Linear(out=10),
]


def experiment(data: str, loss: str, model: list[AnyLayer], **settings: Any) -> Experiment:
    settings = {"optimizer": Optimizer(kind="sgd", lr=0.1), "title": "Test", "seed": 3} | settings
    return Experiment(id="x", data=data, loss=loss, model=model, **settings)  # type: ignore[arg-type]  # any str


def printed(one: Experiment) -> str:
    return source(one, DATASETS[one.data])


def run(text: str) -> dict[str, Any]:
    """The names that the program leaves behind."""
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(text, "printed", "exec"), names)
    return names


def test_every_layer_has_the_sizes_of_the_layout() -> None:
    assert {type(layer) for layer in CNN} == set(get_args(AnyLayer))
    names = run(printed(experiment("digits", "cross_entropy", CNN, steps=1, batch=4)))
    shapes = infer(CNN, (1, 8, 8))
    x = names["x"][:5]
    for module, shape in zip(names["model"], shapes, strict=True):
        assert tuple(x.shape[1:]) == shape.inputs
        x = module(x)
        assert tuple(x.shape[1:]) == shape.outputs
        assert sum(weight.numel() for weight in module.parameters()) == shape.parameters


LINE: list[AnyLayer] = [Linear(out=1)]
NET: list[AnyLayer] = [Linear(out=6), Tanh(), Linear(out=1)]
EXPERIMENTS = [
    experiment("hours", "binary_cross_entropy", LINE, steps=50),
    experiment("hours", "mse", [Linear(out=1), Sigmoid()], epochs=20, data_seed=2),
    experiment("xor", "perceptron", [Linear(out=1, init="zeros")], epochs=5, batch=1),
    experiment("notebook50", "perceptron", [Linear(out=1, bias=False)], steps=7, batch=1),
    experiment("gauss2", "mse", [Linear(out=2, init="normal", bias=False)], steps=9, batch=16, data_seed=1),
    experiment("circles", "binary_cross_entropy", NET, epochs=3, batch=64, optimizer=Optimizer(kind="adam", lr=0.01)),
    experiment(
        "spiral", "cross_entropy", [Linear(out=8, init="he"), Relu(), Linear(out=2, init="he")], steps=20, data_seed=5,
        optimizer=Optimizer(kind="adam", lr=0.05, betas=[0.8, 0.99], schedule="one_cycle", weight_decay=0.01),
    ),
    experiment("circles", "mse", NET, steps=20, optimizer=Optimizer(kind="sgd", lr=0.3, schedule="one_cycle")),
    experiment(
        "circles", "mse", NET, steps=20,
        optimizer=Optimizer(kind="sgd", lr=0.3, momentum=0.9, schedule="one_cycle"),
    ),
    experiment(
        "moons", "binary_cross_entropy", NET, epochs=2, batch=64,
        optimizer=Optimizer(kind="adam", lr=0.05, betas=[0.7, 0.9], schedule="one_cycle", cycle_momentum=False),
    ),
    experiment("circles", "mse", NET, steps=20, optimizer=Optimizer(kind="rmsprop", lr=0.01, momentum=0.5)),
    experiment("circles", "mse", NET, steps=20, optimizer=Optimizer(kind="sgd", lr=0.3, schedule="inverse")),
    experiment(
        "digits", "cross_entropy", [Conv2d(out=3, kernel=3), BatchNorm(), Relu(), Flatten(), Linear(out=10)], epochs=1,
        batch=100, optimizer=Optimizer(kind="adamw", lr=0.01),
    ),
]  # fmt: skip


@pytest.mark.parametrize("one", EXPERIMENTS, ids=lambda one: f"{one.data}-{one.loss}-{one.optimizer.kind}")
def test_the_program_ends_where_the_engine_does(one: Experiment) -> None:
    *_, last = train(one, lesson="x", run="x", device="cpu")
    assert isinstance(last, Finished)
    names = run(printed(one))
    assert names["loss"].item() == pytest.approx(last.final["loss"], rel=1e-3, abs=1e-5)
    assert names["accuracy"].item() == pytest.approx(last.final["accuracy"], abs=0.005)


def shipped() -> list[tuple[str, Experiment]]:
    lessons = [msgspec.convert(tomllib.loads(path.read_text()), Lesson) for path in sorted(LESSONS.glob("*.toml"))]
    steps = [(f"{lesson.id}/{step.id}", step) for lesson in lessons for step in lesson.step]
    return [(name, step) for name, step in steps if isinstance(step, Experiment)]


@pytest.mark.parametrize("one", [pytest.param(one, id=name) for name, one in shipped()])
def test_the_programs_of_the_lessons_fit_on_a_screen(one: Experiment) -> None:
    text = printed(one)
    compile(text, "printed", "exec")
    lines = text.splitlines()
    assert len(lines) <= 48
    assert max(map(len, lines)) <= 92


def test_a_textbook_program() -> None:
    model: list[AnyLayer] = [Flatten(), Linear(out=32), Relu(), Linear(out=10)]
    adam = Optimizer(kind="adam", lr=0.005)
    text = printed(experiment("digits", "cross_entropy", model, epochs=15, batch=32, optimizer=adam, title="Digits"))
    assert text == (Path(__file__).parent / "digits_source.txt").read_text()


def test_a_title_stays_a_comment() -> None:
    one = experiment("xor", "mse", LINE, steps=1, title="x\nraise SystemExit\x1b[2J")
    run(printed(one))
    assert "\x1b" not in printed(one)


def test_layers_that_do_not_fit() -> None:
    with pytest.raises(LayoutError):
        printed(experiment("digits", "cross_entropy", [Linear(out=10)], steps=1))
