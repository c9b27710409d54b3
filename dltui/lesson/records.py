"""What a lesson is: frozen records that `load` makes from one TOML file and everything else reads.

A lesson holds data only. It names data sets, layers and explorers from registries; no record holds code. The string
below a field tells an author what belongs there: the JSON Schema takes it over.
"""

import re
from typing import Annotated, Literal

from msgspec import Meta

from dltui.lesson.challenges import Challenge, Limits, Settings
from dltui.lesson.fields import Formula, Line, Name, Record, Setting, Text
from dltui.lesson.layers import (
    AnyLayer,
    AvgPool2d,
    BatchNorm,
    Conv2d,
    Dropout,
    Elu,
    Flatten,
    Layer,
    LayerNorm,
    LeakyRelu,
    Linear,
    MaxPool2d,
    Relu,
    Sigmoid,
    Tanh,
)
from dltui.lesson.learning import Learning, Loss, Metric, Optimizer, Step, Training, View
from dltui.lesson.questions import (
    AnyQuestion,
    Choice,
    Explain,
    Fill,
    Key,
    Match,
    Multi,
    Numeric,
    Option,
    Order,
    Pair,
    Point,
    Question,
    Shape,
    Short,
    Wrong,
)

__all__ = [
    "AnyLayer", "AnyQuestion", "AnyStep", "AvgPool2d", "BatchNorm", "Challenge", "Choice", "Conv2d", "Dropout", "Elu",
    "Exercise", "Explain", "Match", "Order", "Pair", "Point", "Short",
    "Experiment", "Explorer", "Fill", "Flatten", "Key", "Knob", "Layer", "LayerNorm", "LeakyRelu", "Learning", "Lesson",
    "Limits", "Line", "Linear", "Loss", "MaxPool2d", "Metric", "Multi", "Name", "Numeric", "Optimizer", "Option",
    "Prediction", "Question", "Quiz", "Reading", "Record", "Relu", "Setting", "Settings", "Shape", "Sigmoid", "Step",
    "Tanh", "Text", "Training", "View", "Wrong",
]


class Knob(Record, frozen=True, kw_only=True):
    """A setting of an experiment that the learner may turn before training."""

    set: Annotated[str, Meta(max_length=80, extra={"lines": False})]
    """Where it is in the experiment: `optimizer.lr`, `model.0.out`, `seed` …"""
    label: Line
    """What the learner reads beside it: "learning rate"."""
    values: Annotated[list[int | float | str], Meta(min_length=2, max_length=12)]
    """What it can be set to, in the order of `+`; the experiment's own value is one of them."""


class Prediction(Record, frozen=True, kw_only=True):
    """What the learner commits to before the run, and the metric it is held against afterwards."""

    ask: Line
    """The question: "What accuracy will it reach?"."""
    metric: Metric
    """What the guess is about, at the end of the run; `wrong` counts misclassified rows."""
    low: float
    """The smallest guess that makes sense."""
    high: float
    """The largest guess that makes sense; what lies outside is asked again."""
    close: Annotated[float, Meta(gt=0)]
    """A guess this near to the run's final value counts as close."""
    line: Line = ""
    """Of an experiment that compares: the line that the guess is about, by its label or a part of it."""
    told: Text = ""
    """Shown with the result."""


FILE_NAME = re.compile(r"(\d{1,4})-([a-z0-9]+(?:-[a-z0-9]+)*)\.toml")
"""How the file of a lesson is called: its place in the course and its id."""


class Reading(Step, tag="read", frozen=True, kw_only=True):
    """A page to read."""


class Explorer(Step, tag="explore", frozen=True, kw_only=True):
    """Something to play with that answers at once: arithmetic from a registry, no training."""

    explorer: Annotated[str, Meta(max_length=64, extra={"lines": False})]
    """Which explorer."""
    settings: dict[str, Setting] = {}
    """The state it starts in, by the explorer's own names."""
    controls: list[str] = []
    """The controls that are offered, in this order; empty: all."""


class Experiment(Training, tag="experiment", frozen=True, kw_only=True):
    """A training run. Complete: same experiment, same seed, same machine, same numbers."""

    knobs: Annotated[list[Knob], Meta(max_length=6)] = []
    """What the learner may change before training."""
    compare: dict[str, Annotated[list[int | float | str], Meta(min_length=1, max_length=64)]] = {}
    """Runs side by side on one chart: `{ "optimizer.lr" = [0.001, 0.01], seed = [0, 1, 2] }` trains every combination;
    those that differ in the seed alone are drawn as their mean and a band."""
    log: bool = False
    """Whether the height of the curves is logarithmic at first, for losses that differ by powers of ten."""
    predict: Prediction | None = None
    """A guess that the learner makes before training."""
    claim: Formula = ""
    """What `verify` proves over several seeds, such as `accuracy >= 0.96`."""


class Round(Record, frozen=True, kw_only=True):
    """One round of a bug hunt: a bug is planted in the backward of one layer, the learner reads the report."""

    bug: Annotated[str, Meta(max_length=64, extra={"lines": False})]
    """The name of the planted bug, or `none`: a round may also be honest."""
    layer: Annotated[int, Meta(ge=0, le=9999)] = 0
    """The layer whose backward is broken, counted from 0 as in `model`."""
    options: Annotated[list[Option], Meta(min_length=2, max_length=6)]
    """What may be wrong; exactly one is right."""
    told: Text = ""
    """Shown when it is found: how the report gives it away."""


class GradientCheck(Learning, tag="gradient", frozen=True, kw_only=True):
    """Backpropagation held against finite differences, element by element, on one batch of a model."""

    batch: Annotated[int, Meta(ge=1, le=256)] = 8
    """Rows in the batch: the first ones of the training set."""
    dtype: Literal["float64", "float32"] = "float64"
    """In what numbers backward and differences are computed."""
    bug: Annotated[str, Meta(max_length=64, extra={"lines": False})] = "none"
    """A bug to plant in the backward of `layer`; `none`: the backward is right."""
    layer: Annotated[int, Meta(ge=0, le=9999)] = 0
    """The layer that `bug` breaks, counted from 0, the adversary's after the model's."""
    rounds: Annotated[list[Round], Meta(max_length=20)] = []
    """A bug hunt instead of a plain check; the checker keeps its own hints to itself until the learner has chosen."""


class Quiz(Step, tag="quiz", frozen=True, kw_only=True):
    """Questions, answered one by one."""

    question: Annotated[list[AnyQuestion], Meta(min_length=1, max_length=20)]
    """The questions, each under its own [[step.question]]."""


class Exercise(Step, tag="exercise", frozen=True, kw_only=True):
    """Code to write, in the learner's own editor, judged by what it returns."""

    exercise: Name
    """Its files: `exercises/NAME.toml`, `exercises/NAME.py` and `solutions/NAME.py` in the folder of the lesson."""
    points: Annotated[float, Meta(gt=0, le=100)] = 3
    """What it counts."""
    hint_cost: Annotated[float, Meta(ge=0, le=1)] = 0.0
    """The share of the points that each hint takes away."""


AnyStep = Reading | Explorer | Experiment | GradientCheck | Quiz | Exercise | Challenge


class Lesson(Record, frozen=True, kw_only=True):
    """One lesson file: what stands at its top, and its steps."""

    format: Literal[1]
    """Version of this format."""
    id: Name
    """The lesson's name everywhere; the file is called NN-id.toml."""
    title: Line
    """A few words: the heading in the course."""
    part: Line = ""
    """The heading it stands under in the course."""
    minutes: Annotated[int, Meta(ge=1, le=600)]
    """How long it takes, honestly."""
    needs: list[Name] = []
    """Ids of lessons to take first."""
    goals: Annotated[list[Line], Meta(min_length=1, max_length=6)]
    """What the learner can do afterwards, each beginning with a verb."""
    intro: Text = ""
    """Two or three sentences for the course screen."""
    step: Annotated[list[AnyStep], Meta(min_length=1, max_length=40)]
    """The pages, each under its own [[step]], in order."""
