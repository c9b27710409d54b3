"""Which variants of a comparison can be trained as one."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from dltui.lesson.datasets import DATASETS
from dltui.lesson.layers import Elu, Flatten, LeakyRelu, Linear, Relu, Sigmoid, Tanh
from dltui.lesson.layout import infer
from dltui.lesson.records import Experiment, Optimizer

LARGEST = 20_000
"""Weights of one model; the products of larger ones fill the processor by themselves."""
BODY = (Linear, Relu, LeakyRelu, Elu, Tanh, Sigmoid)
LOSSES = ("cross_entropy", "binary_cross_entropy", "mse", "perceptron")
KNOWN = ("data", "data_seed", "model", "loss", "optimizer", "epochs", "steps", "batch", "seed",
         "id", "title", "text", "show", "knobs", "predict", "claim", "compare")  # fmt: skip
KNOWN_OF_OPTIMIZER = ("kind", "lr", "momentum", "weight_decay", "betas", "schedule")


def alike(experiment: Experiment) -> object:
    """Equal for those that can be trained as one; None for one that has to be trained by itself."""
    spec = DATASETS[experiment.data]
    head = experiment.model[:1] if isinstance(experiment.model[0], Flatten) else []
    body = experiment.model[len(head) :]
    plain = _plain(experiment, KNOWN) and _plain(experiment.optimizer, KNOWN_OF_OPTIMIZER)
    if not plain or experiment.loss not in LOSSES or spec.classes == 0 or not (head or len(spec.shape) == 1):
        return None
    if not body or not all(isinstance(layer, BODY) for layer in body):
        return None
    if sum(shape.parameters for shape in infer(experiment.model, spec.shape)) > LARGEST:
        return None
    layers = [_without_start(layer) for layer in experiment.model]
    return (experiment.data, experiment.data_seed, experiment.batch, experiment.epochs, experiment.steps,
            experiment.loss, str(layers), _family(experiment.optimizer))


def _plain(record: Struct, known: tuple[str, ...]) -> bool:
    """Whether everything that is not known here is as it is by itself."""
    return type(record)(**{name: getattr(record, name) for name in known}) == record


def _without_start(layer: Any) -> Any:
    """Initial weights may differ."""
    return msgspec.structs.replace(layer, init="default") if isinstance(layer, Linear) else layer


def _family(record: Optimizer) -> object:
    """What optimisers must have in common; rate and weight decay may differ."""
    return record.kind, record.schedule, tuple(record.betas), record.momentum
