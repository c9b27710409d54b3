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
from dltui.lesson.layers import (
    AnyLayer,
    AvgPool2d,
    BatchNorm,
    Conv2d,
    ConvTranspose2d,
    Dropout,
    Elu,
    Embedding,
    Flatten,
    Gelu,
    GlobalAvgPool,
    GlobalMaxPool,
    Gru,
    LayerNorm,
    LeakyRelu,
    Linear,
    Lstm,
    MaxPool2d,
    Noise,
    Relu,
    Repeat,
    Reshape,
    Residual,
    Rnn,
    Sample,
    Sigmoid,
    Silu,
    Softmax,
    Softplus,
    Tanh,
    Upsample,
)
from dltui.lesson.layout import LayoutError, infer
from dltui.lesson.records import Experiment, Lesson, Optimizer
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
    if "digits" in names:
        names["digits"].close()
    return names


PICTURES: list[AnyLayer] = [
    Conv2d(out=2, kernel=3, padding=1, padding_mode="circular", init="he"),
    ConvTranspose2d(out=3, kernel=4, stride=2, padding=1),
    Gelu(),
    Upsample(mode="bilinear"),
    Silu(),
    GlobalMaxPool(),
    Reshape(shape=[3, 1, 1]),
    Upsample(factor=3),
    GlobalAvgPool(),
    Noise(std=0.2),
    Residual(layers=[Linear(out=5), Softplus(), Linear(out=3)]),
    Linear(out=4),
    Sample(),
    Repeat(times=3, layers=[Linear(out=2), Softmax()]),
    Softmax(),
    Linear(out=10),
    Softplus(),
]
WORDS: list[AnyLayer] = [
    Embedding(words=22, out=4), Rnn(out=5, init="orthogonal"), Lstm(out=3, forget_bias=1.0), Gru(out=6),
    Lstm(out=4, last=True), Linear(out=22),
]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "model", "inputs"),
    [("digits", CNN, (1, 8, 8)), ("digits", PICTURES, (1, 8, 8)), ("templated", WORDS, (24,))],
)
def test_every_layer_has_the_sizes_of_the_layout(data: str, model: list[AnyLayer], inputs: tuple[int, ...]) -> None:
    every = {type(layer) for layer in (*CNN, *PICTURES, *WORDS)}
    assert every == set(get_args(AnyLayer))
    names = run(printed(experiment(data, "cross_entropy", model, steps=1, batch=4)))
    shapes = infer(model, inputs)
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
    experiment("circles", "mse", NET, steps=20, optimizer=Optimizer(kind="sgd", lr=0.3, momentum=0.9, nesterov=True)),
    experiment("circles", "hinge", NET, steps=20, optimizer=Optimizer(kind="adagrad", lr=0.1, schedule="cosine")),
    experiment("circles", "mse", NET, steps=20, optimizer=Optimizer(kind="sgd", lr=9, schedule="step", clip=0.05)),
    experiment("digits", "hinge", [Flatten(), Linear(out=10, init="orthogonal")], steps=20, batch=50),
    experiment("digits", "cross_entropy", [Flatten(), Dropout(p=0.3), Linear(out=10)], steps=20, batch=50,
               label_smoothing=0.1),
    experiment("marks", "mse", LINE, steps=20, optimizer=Optimizer(kind="adam", lr=0.1)),
    experiment("adding5", "mse", [Lstm(out=6, last=True, forget_bias=1.0, init="orthogonal"), Linear(out=1)], steps=8,
               batch=32, optimizer=Optimizer(kind="adam", lr=0.01, clip=0.1)),
    experiment("templated", "cross_entropy", WORDS, steps=5, batch=16),
    experiment("digits", "mse", [Conv2d(out=2, kernel=3, stride=2, padding=1, init="xavier"), Relu(),
               ConvTranspose2d(out=1, kernel=4, stride=2, padding=1)], target="input", steps=6, batch=64),
    experiment("digits", "mse", [Flatten(), Noise(std=0.3, always=True), Linear(out=9), Residual(layers=[
               Linear(out=9), Elu()]), Linear(out=64)], target="input", steps=20, batch=64),
    experiment("digits", "binary_cross_entropy", [Flatten(), Linear(out=8), Sample(beta=0.7), Linear(out=64)],
               target="input", steps=20, batch=64, optimizer=Optimizer(kind="adam", lr=0.01)),
    experiment("digits", "cross_entropy", [Flatten(), Linear(out=8), Repeat(times=4, layers=[Linear(out=8),
               BatchNorm(), Tanh()]), Linear(out=10)], steps=20, batch=64),
    *[experiment("ring8", loss, [Linear(out=9), Relu(), Linear(out=2)], steps=7, batch=batch, noise=3,
                 adversary=[Linear(out=7), LeakyRelu(slope=0.2), Linear(out=1)], d_steps=d_steps, g_steps=3 - d_steps,
                 label_smoothing=0.1, adversary_optimizer=Optimizer(kind="sgd", lr=0.1, schedule="inverse"),
                 optimizer=Optimizer(kind="adam", lr=0.01, betas=[0.5, 0.99], clip=0.5))
      for loss, batch, d_steps in [("gan", 64, 1), ("gan_saturating", 64, 2), ("gan", 0, 1)]],
]  # fmt: skip
MEASURED = ("accuracy", "mse", "reconstruction", "d_loss", "g_loss")


@pytest.mark.parametrize("one", EXPERIMENTS, ids=lambda one: f"{one.data}-{one.loss}-{one.optimizer.kind}")
def test_the_program_ends_where_the_engine_does(one: Experiment) -> None:
    *_, last = train(one, lesson="x", run="x", device="cpu")
    assert isinstance(last, Finished)
    names = run(printed(one))
    if "loss" in names:
        assert names["loss"].item() == pytest.approx(last.final["loss"], rel=1e-3, abs=1e-5)
    there = [name for name in MEASURED if name in last.final]
    assert there
    for name in there:
        near = {"rel": 0.03} if any(isinstance(layer, Noise) for layer in one.model) else {"rel": 1e-3, "abs": 0.005}
        assert names[name].item() == pytest.approx(last.final[name], **near)


def shipped() -> list[tuple[str, Experiment]]:
    lessons = [msgspec.convert(tomllib.loads(path.read_text()), Lesson) for path in sorted(LESSONS.glob("*.toml"))]
    steps = [(f"{lesson.id}/{step.id}", step) for lesson in lessons for step in lesson.step]
    return [(name, step) for name, step in steps if isinstance(step, Experiment)]


@pytest.mark.parametrize("one", [pytest.param(one, id=name) for name, one in shipped()])
def test_the_programs_of_the_lessons_can_be_read_at_a_sitting(one: Experiment) -> None:
    """One screen for a plain network on plain data, a line more for each layer beyond five; two screens where the data
    is made, or there are two networks."""
    text = printed(one)
    compile(text, "printed", "exec")
    lines = text.splitlines()
    sets = ("xor", "gauss2", "notebook50", "hours", "circles", "spiral", "digits")
    plain = one.data in sets and one.target == "label" and not one.compare and not one.adversary
    assert len(lines) <= (48 + max(0, len(one.model) - 5) if plain else 80)
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
