"""What is measured while a model trains: the names of its series, which claims, predictions and charts use."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dltui.lesson.datasets import DataSpec
from dltui.lesson.layers import Residual, Sample
from dltui.lesson.layout import ADVERSARIAL, expanded
from dltui.lesson.problem import listed
from dltui.lesson.records import Learning
from dltui.lesson.views import code_place

TITLES: Mapping[str, str] = MappingProxyType({
    "loss": "loss",
    "accuracy": "accuracy",
    "wrong": "wrong points",
    "mse": "mean squared error",
    "reconstruction": "reconstruction (nats)",
    "kl": "divergence (nats)",
    "neighbours": "accuracy of nearest codes",
    "d_loss": "loss of the discriminator",
    "g_loss": "loss of the generator",
    "modes": "modes alive",
    "quality": "good samples",
})  # fmt: skip
"""For the axis of a chart. `loss` has a value for every step, as `d_loss` and `g_loss` have; the others are measured at
the evaluation points, on held-out rows where there are any.

mse: per number, of a number or a restored input. reconstruction: binary cross entropy of a restored picture. kl: of the
codes of a sample layer, without beta. neighbours: share of rows whose code lies next to one of the same class. modes:
clouds, or classes of pictures, that at least 1 % of the samples belong to. quality: share of the samples that lie in a
cloud, or as near to a picture as 95 % of held-out ones."""


def metrics(step: Learning, spec: DataSpec) -> list[str]:
    """The series that a run of this step on this data has, `loss` first."""
    if step.loss in ADVERSARIAL:
        judged = spec.target_kind == "none" or len(spec.shape) == 3
        return ["loss", "d_loss", "g_loss", *(["modes", "quality"] if judged else [])]
    if step.target == "input":
        names = ["loss", "mse" if step.loss == "mse" else "reconstruction"]
        names += ["kl"] if samples(step) else []
        return [*names, "neighbours"] if spec.classes and code_place(step, spec) is not None else names
    if spec.classes == 0:
        return ["loss", "mse"]
    return ["loss", "accuracy", "wrong"] if spec.shape in ((1,), (2,)) and spec.classes == 2 else ["loss", "accuracy"]


def unmeasured(metric: str, step: Learning, spec: DataSpec) -> str:
    """Why a run of this step has no such series, in a sentence; empty if it has."""
    there = metrics(step, spec)
    if metric in there:
        return ""
    if metric == "accuracy" and spec.target_kind == "number" and step.target == "label":
        return f"accuracy needs classes, and the target of {spec.name} is a number: use mse"
    if metric == "wrong" and "accuracy" in there:
        return f"wrong counts points of two classes, and {spec.name} has none: use accuracy"
    return f"{metric} is not measured here: this model has {listed(there, 'and')}"


def samples(step: Learning) -> bool:
    """Whether a sample layer adds its divergence to the loss."""
    layers = expanded(step.model)
    inner = [part for layer in layers if isinstance(layer, Residual) for part in layer.layers]
    return any(isinstance(layer, Sample) for layer in [*layers, *inner])
