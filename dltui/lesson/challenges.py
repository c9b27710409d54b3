"""Challenges as data: an experiment that does not reach its goal yet, what may be changed about it, and how far."""

from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from dltui.lesson.fields import Formula, Line, Record, Units
from dltui.lesson.layers import AnyLayer
from dltui.lesson.learning import Optimizer, Training
from dltui.places import data_dir

ENDING = ".settings.toml"
"""How files of settings end, so that nobody takes them for answer files."""
MARK = "# dltui challenge: "
"""How the first line of a file of settings names its LESSON/STEP."""

Free = Literal[
    "model", "adversary", "optimizer", "adversary_optimizer", "batch", "epochs", "steps", "d_steps", "g_steps", "noise",
    "label_smoothing",
]
"""What a learner may be allowed to set. Data, loss and seeds stay the lesson's own."""


class Settings(Record, frozen=True, kw_only=True):
    """What a learner hands in: those of the settings of a challenge that are free. What is left out stays as it is."""

    model: Annotated[list[AnyLayer], Meta(min_length=1, max_length=64)] | None = None
    """The layers from input to output."""
    adversary: Annotated[list[AnyLayer], Meta(min_length=1, max_length=64)] | None = None
    """The layers of the discriminator."""
    optimizer: Optimizer | None = None
    """How the gradient changes the weights."""
    adversary_optimizer: Optimizer | None = None
    """How the discriminator learns."""
    batch: Annotated[int, Meta(ge=0, le=1_000_000)] | None = None
    """Rows per step; 0 is the whole training set."""
    epochs: Annotated[int, Meta(ge=1, le=100_000)] | None = None
    """Passes over the training set, in place of steps."""
    steps: Annotated[int, Meta(ge=1, le=10_000_000)] | None = None
    """Steps of the optimiser, in place of epochs."""
    d_steps: Annotated[int, Meta(ge=1, le=100)] | None = None
    """Updates of the discriminator in one step."""
    g_steps: Annotated[int, Meta(ge=1, le=100)] | None = None
    """Updates of the generator in one step."""
    noise: Annotated[int, Meta(ge=1, le=4096)] | None = None
    """How many random numbers the generator makes a row of."""
    label_smoothing: Annotated[float, Meta(ge=0, lt=1)] | None = None
    """Of cross_entropy: the share of a label that is spread over all classes. Of gan: how far the label of real rows
    is below 1."""


class Limits(Record, frozen=True, kw_only=True):
    """How far the settings may go. What is above is not trained."""

    parameters: Annotated[int, Meta(ge=1, le=10_000_000)]
    """Numbers that training may adjust, those of a discriminator too."""
    steps: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    """Optimiser steps; left out: as many as the experiment of the lesson has."""
    seconds: Annotated[float, Meta(gt=0, le=600)] = 10
    """How long one run takes at most on an ordinary computer. A run is broken off after many times as long: it is then
    not gradable, never wrong."""
    code: Units | None = None
    """How many numbers the narrowest layer may give at most: the code of an autoencoder."""
    layers: dict[str, Annotated[list[Annotated[int, Meta(ge=0, le=9999)]], Meta(min_length=2, max_length=2)]] = {}
    """Kinds of layers and how many there must be at least and at most, `{ linear = [11, 11], sigmoid = [10, 10] }`, the
    rounds of a repeat layer counted one by one; other kinds are not allowed then. Empty: any."""


class Challenge(Training, tag="challenge", frozen=True, kw_only=True):
    """An experiment that the learner makes better. What is handed in is trained again with seeds that nobody knew."""

    free: Annotated[list[Free], Meta(min_length=1)]
    """The settings that the learner may change."""
    limits: Limits
    """How far they may be changed."""
    stars: Annotated[list[Formula], Meta(min_length=1, max_length=3)]
    """What earns one star, two, three: `accuracy >= 0.97`. A star needs those before it, and each must hold with every
    seed. Besides the metrics at the end of the run there are `parameters` and `steps`."""
    seeds: Annotated[int, Meta(ge=1, le=10)] = 3
    """How many runs the grader makes, each with a hidden seed."""
    points: Annotated[float, Meta(gt=0, le=100)] = 3
    """What all stars together count."""
    hints: Annotated[list[Line], Meta(max_length=8)] = []
    """Shown one by one on request."""
    hint_cost: Annotated[float, Meta(ge=0, le=1)] = 0.0
    """The share of the points that each hint takes away."""
    solution: Settings
    """The author's own: `verify` proves that it earns every star."""


def work_file(lesson: str, step: str) -> Path:
    """Where a learner's settings lie if nobody says otherwise: the same for the screen and the command line."""
    return data_dir() / "challenges" / file_name(lesson, step)


def file_name(lesson: str, step: str) -> str:
    """How settings are called beside an answer file."""
    return f"{lesson}-{step}{ENDING}"
