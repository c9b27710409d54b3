from __future__ import annotations

from typing import Any, get_args

import pytest

from dltui.lesson.datasets import DATASETS
from dltui.lesson.layers import AnyLayer, Conv2d, Flatten, Linear, Lstm, Relu, Rnn, Sample
from dltui.lesson.records import Experiment, Metric, Optimizer, View
from dltui.lesson.views import PICTURES, code_place, unseen

CONV: list[AnyLayer] = [Conv2d(out=2, kernel=3), Relu(), Flatten(), Linear(out=10)]
SMALL: list[AnyLayer] = [Linear(out=2)]
CODER: list[AnyLayer] = [Flatten(), Linear(out=2), Linear(out=64)]
PLANE: list[AnyLayer] = [Linear(out=1)]
GAME: dict[str, Any] = {"loss": "gan", "noise": 4, "adversary": [Linear(out=1)]}


def step(data: str, model: list[AnyLayer], **fields: Any) -> Experiment:
    given: dict[str, Any] = {"id": "a", "title": "A", "data": data, "model": model, "loss": "cross_entropy",
                             "optimizer": Optimizer(kind="sgd", lr=0.1), "steps": 1}  # fmt: skip
    return Experiment(**(given | fields))


@pytest.mark.parametrize(("view", "experiment"), [
    ("regions", step("xor", SMALL)), ("fit", step("hours", PLANE)), ("fit", step("marks", PLANE)),
    ("parameters", step("xor", SMALL)), ("gradients", step("xor", SMALL)), ("filters", step("digits", CONV)),
    ("filters", step("digits", [Flatten(), Linear(out=10)])), ("features", step("digits", CONV)),
    ("mistakes", step("digits", CONV)), ("confusion", step("digits", CONV)),
    ("gates", step("adding10", [Lstm(out=4, last=True), *PLANE])),
    ("recall", step("adding10", [Rnn(out=4, last=True), *PLANE])),
    ("codes", step("digits", CODER, target="input")), ("latent_grid", step("digits", CODER, target="input")),
    ("reconstructions", step("digits", CODER, target="input")), ("samples", step("ring8", SMALL, **GAME)),
    ("samples", step("digits", [Flatten(), Linear(out=4), Sample(), Linear(out=64)], target="input")),
])  # fmt: skip
def test_what_can_be_seen(view: str, experiment: Experiment) -> None:
    assert unseen(view, experiment, DATASETS[experiment.data]) == ""


@pytest.mark.parametrize(("view", "experiment", "why"), [
    ("regions", step("digits", CONV), "two inputs and two classes"),
    ("regions", step("ring8", SMALL, **GAME), "use samples"),
    ("fit", step("xor", SMALL), "one input"), ("fit", step("tinycorpus", SMALL), "one input"),
    ("parameters", step("xor", [Relu()]), "no weights"), ("gradients", step("xor", [Relu()]), "no weights"),
    ("filters", step("xor", SMALL), "conv2d layer"), ("features", step("digits", CODER), "conv2d layer"),
    ("mistakes", step("xor", SMALL), "use confusion"),
    ("mistakes", step("digits", CODER, target="input"), "tell classes apart"),
    ("confusion", step("marks", PLANE), "tell classes apart"),
    ("gates", step("xor", SMALL), "an lstm or a gru layer"),
    ("gates", step("adding10", [Rnn(out=4, last=True), *PLANE]), "an rnn layer has no gates"),
    ("recall", step("xor", SMALL), "rnn, lstm or gru layer"),
    ("codes", step("digits", CONV), "none is narrower"),
    ("codes", step("xor", SMALL), "none is narrower"), ("codes", step("ring8", SMALL, **GAME), "use samples"),
    ("reconstructions", step("digits", CONV), 'target = "input"'),
    ("latent_grid", step("digits", [Flatten(), Linear(out=3), Linear(out=64)], target="input"), "narrowest has 3"),
    ("samples", step("digits", CONV), "needs a generator"),
])  # fmt: skip
def test_what_cannot_be_seen_is_a_sentence(view: str, experiment: Experiment, why: str) -> None:
    assert why in unseen(view, experiment, DATASETS[experiment.data])


def test_every_view_is_a_metric_or_a_picture() -> None:
    assert set(get_args(View)) == PICTURES | set(get_args(Metric))


def test_codes_are_taken_behind_the_last_narrowest_layer() -> None:
    model: list[AnyLayer] = [Flatten(), Linear(out=8), Linear(out=2), Relu(), Linear(out=8), Linear(out=64)]
    assert code_place(step("digits", model), DATASETS["digits"]) == 3
    assert code_place(step("xor", [Linear(out=4), Linear(out=2)]), DATASETS["xor"]) is None
