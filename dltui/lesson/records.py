"""What a lesson is: frozen records that `load` makes from one TOML file and everything else reads.

A lesson holds data only. It names data sets, layers and explorers from registries; no record holds code.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

Name = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
"""An id: lower-case letters, digits and single hyphens."""
Text = Annotated[str, Meta(max_length=8192)]
"""Prose in a Markdown subset with `$…$` and `$$…$$` formulas."""
Line = Annotated[str, Meta(max_length=300)]
Units = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Size = Annotated[int, Meta(ge=1, le=4096)]
Setting = bool | int | float | str | list[Any]


class Record(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Base of everything that can be written in a lesson file."""


# ── layers ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class Layer(Record, tag_field="layer", frozen=True, kw_only=True):
    """One layer of a model. Input sizes are inferred from the data and the layers before it."""


class Linear(Layer, tag="linear", frozen=True, kw_only=True):
    """y = x Wᵀ + b over the last axis: (batch, in) -> (batch, out)."""

    out: Units
    bias: bool = True
    init: Literal["default", "zeros", "constant", "normal", "xavier", "he"] = "default"
    """`default` is PyTorch's own; `constant` fills weights and biases with 0.5, `zeros` with 0."""


class Conv2d(Layer, tag="conv2d", frozen=True, kw_only=True):
    """Cross-correlation: (batch, channels, height, width) -> (batch, out, height', width')."""

    out: Units
    kernel: Size
    stride: Size = 1
    padding: Annotated[int, Meta(ge=0, le=4096)] = 0
    dilation: Size = 1
    bias: bool = True


class MaxPool2d(Layer, tag="maxpool2d", frozen=True, kw_only=True):
    kernel: Size
    stride: Size | None = None
    """None: the kernel size, so that windows do not overlap."""


class AvgPool2d(Layer, tag="avgpool2d", frozen=True, kw_only=True):
    kernel: Size
    stride: Size | None = None


class Flatten(Layer, tag="flatten", frozen=True, kw_only=True):
    """(batch, a, b, …) -> (batch, a·b·…)."""


class Relu(Layer, tag="relu", frozen=True, kw_only=True):
    pass


class LeakyRelu(Layer, tag="leaky_relu", frozen=True, kw_only=True):
    slope: float = 0.01


class Elu(Layer, tag="elu", frozen=True, kw_only=True):
    alpha: float = 1.0


class Tanh(Layer, tag="tanh", frozen=True, kw_only=True):
    pass


class Sigmoid(Layer, tag="sigmoid", frozen=True, kw_only=True):
    pass


class Dropout(Layer, tag="dropout", frozen=True, kw_only=True):
    p: Annotated[float, Meta(ge=0, lt=1)] = 0.5


class BatchNorm(Layer, tag="batch_norm", frozen=True, kw_only=True):
    """BatchNorm1d on (batch, features), BatchNorm2d on pictures."""


class LayerNorm(Layer, tag="layer_norm", frozen=True, kw_only=True):
    """Over the last axis."""


AnyLayer = (
    Linear | Conv2d | MaxPool2d | AvgPool2d | Flatten | Relu | LeakyRelu | Elu | Tanh | Sigmoid | Dropout | BatchNorm
    | LayerNorm
)


# ── steps ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class Optimizer(Record, frozen=True, kw_only=True):
    kind: Literal["sgd", "adam", "adamw", "rmsprop"]
    lr: Annotated[float, Meta(gt=0, le=1e6)]
    """Learning rate; the peak of it under `one_cycle`."""
    momentum: Annotated[float, Meta(ge=0, lt=1)] = 0.0
    """For sgd and rmsprop."""
    weight_decay: Annotated[float, Meta(ge=0, le=1e3)] = 0.0
    betas: Annotated[list[float], Meta(min_length=2, max_length=2)] = field(default_factory=lambda: [0.9, 0.999])
    """For adam and adamw."""
    schedule: Literal["constant", "one_cycle", "inverse"] = "constant"
    """`inverse` is lr / step, step counted from 1."""


class Knob(Record, frozen=True, kw_only=True):
    """A setting of an experiment that the learner may turn before training."""

    set: Annotated[str, Meta(max_length=80)]
    """Where it is in the experiment: `optimizer.lr`, `model.0.out`, `seed` …"""
    label: Line
    values: Annotated[list[int | float | str], Meta(min_length=2, max_length=12)]
    """In the order in which `+` walks through them; the experiment's own value is one of them."""


class Prediction(Record, frozen=True, kw_only=True):
    """What the learner commits to before the run, and the metric it is held against afterwards."""

    ask: Line
    metric: Literal["loss", "accuracy", "wrong"]
    low: float
    high: float
    """The range of sensible guesses; anything outside is asked again."""
    close: Annotated[float, Meta(gt=0)]
    """A guess this near to the run's final value counts as close."""
    told: Text = ""
    """Shown with the result."""


View = Literal["loss", "accuracy", "wrong", "regions", "fit", "parameters"]


class Step(Record, tag_field="kind", frozen=True, kw_only=True):
    """One page of a lesson."""

    id: Name
    title: Line
    text: Text = ""


class Reading(Step, tag="read", frozen=True, kw_only=True):
    pass


class Explorer(Step, tag="explore", frozen=True, kw_only=True):
    """Something to play with that answers at once: arithmetic from a registry, no training."""

    explorer: str
    settings: dict[str, Setting] = {}
    controls: list[str] = []
    """The controls that are offered, in this order; empty: all."""


class Experiment(Step, tag="experiment", frozen=True, kw_only=True):
    """A training run. Complete: same experiment, same seed, same machine, same numbers."""

    data: str
    data_seed: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 0
    model: Annotated[list[AnyLayer], Meta(min_length=1, max_length=64)]
    loss: Literal["cross_entropy", "binary_cross_entropy", "mse", "perceptron"]
    """`binary_cross_entropy` takes logits; `perceptron` is max(0, -y·score) with y = ±1 (Rosenblatt's rule at lr 1)."""
    optimizer: Optimizer
    epochs: Annotated[int, Meta(ge=1, le=100_000)] | None = None
    steps: Annotated[int, Meta(ge=1, le=10_000_000)] | None = None
    """Exactly one of epochs and steps is given."""
    batch: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    """Rows per step; 0 is the whole training set."""
    seed: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 0
    show: Annotated[list[View], Meta(min_length=1)] = field(default_factory=lambda: ["loss", "accuracy"])
    knobs: Annotated[list[Knob], Meta(max_length=6)] = []
    predict: Prediction | None = None
    claim: Line = ""
    """What `verify` proves over several seeds, such as `accuracy >= 0.96`."""


class Key(Record, frozen=True, kw_only=True):
    """The right answer: an expression (`compute`), or a `value` with the `proof` or the reason (`why`) it stands on."""

    compute: Line = ""
    value: float | int | list[float | int] | None = None
    proof: Line = ""
    why: Line = ""


class Wrong(Record, frozen=True, kw_only=True):
    """A typical wrong answer and what is wrong with it."""

    value: float | int | list[float | int] | str
    why: Line


class Option(Record, frozen=True, kw_only=True):
    text: Line
    ok: bool = False
    why: Line = ""
    """Required for wrong options: why it is wrong."""


class Question(Record, tag_field="kind", frozen=True, kw_only=True):
    id: Name
    ask: Text
    hints: Annotated[list[Line], Meta(max_length=5)] = []
    """From a nudge to nearly the answer."""
    explain: Text = ""
    """Shown after a right answer."""
    points: Annotated[float, Meta(gt=0, le=100)] = 1


class Choice(Question, tag="choice", frozen=True, kw_only=True):
    """Exactly one option is right."""

    options: Annotated[list[Option], Meta(min_length=2, max_length=8)]


class Multi(Question, tag="multi", frozen=True, kw_only=True):
    """Any number of options is right; all of them are asked for."""

    options: Annotated[list[Option], Meta(min_length=2, max_length=8)]


class Numeric(Question, tag="numeric", frozen=True, kw_only=True):
    """A number, or a list of numbers where the key is a list. Accepts 1/3, 1e-3, and unicode minus."""

    answer: Key
    rtol: Annotated[float, Meta(ge=0, le=0.2)] = 1e-2
    atol: Annotated[float, Meta(ge=0)] = 0.0
    wrong: list[Wrong] = []


class Shape(Question, tag="shape", frozen=True, kw_only=True):
    """A tensor shape: 3x4, (3, 4), [3,4]; N stands for the batch."""

    answer: Key
    wrong: list[Wrong] = []


class Fill(Question, tag="fill", frozen=True, kw_only=True):
    """A formula, judged by its values at random points of the variables' ranges, not by its text."""

    answer: Line
    """An expression in the variables."""
    variables: dict[str, Annotated[list[float], Meta(min_length=2, max_length=2)]]
    wrong: list[Wrong] = []


AnyQuestion = Choice | Multi | Numeric | Shape | Fill


class Quiz(Step, tag="quiz", frozen=True, kw_only=True):
    question: Annotated[list[AnyQuestion], Meta(min_length=1, max_length=20)]


AnyStep = Reading | Explorer | Experiment | Quiz


class Lesson(Record, frozen=True, kw_only=True):
    format: Literal[1]
    id: Name
    title: Line
    part: Line = ""
    """The heading it stands under in the course."""
    minutes: Annotated[int, Meta(ge=1, le=600)]
    needs: list[Name] = []
    """Ids of lessons to take first."""
    goals: Annotated[list[Line], Meta(min_length=1, max_length=6)]
    intro: Text = ""
    """Two or three sentences for the course screen."""
    step: Annotated[list[AnyStep], Meta(min_length=1, max_length=40)]
