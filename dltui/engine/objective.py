"""What a loss asks of the outputs of a model, and what the outputs then say: classes, probabilities."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional

from dltui.engine.layers import Sample
from dltui.engine.rows import Inputs, Targets
from dltui.lesson.datasets import DataSpec
from dltui.lesson.layout import ADVERSARIAL, infer, input_shape
from dltui.lesson.records import Learning, Loss

Measure = Callable[[Tensor, Tensor], Tensor]
SIGNED = ("perceptron", "hinge")
"""Losses that read the classes as -1 and +1 where the model ends in one score."""
UNDECIDED = -1
"""The class of a perceptron whose score is exactly 0: it is wrong for every label."""


@dataclass(frozen=True)
class Objective:
    kind: Loss
    outputs: int
    loss: Measure
    """Mean over the rows: (batch, outputs) and the targets of the batch -> ()"""
    restores: bool = False
    """Is the input its own target?"""
    error: Measure = functional.mse_loss
    """What of `loss` the outputs decide: without the part of a sample layer, without label smoothing."""

    def targets(self, labels: Targets | Inputs) -> Tensor:
        """Class indices (n,), or numbers (n,), in the form that `loss` takes; the inputs (n, …) where they are to be
        restored."""
        y = torch.from_numpy(labels)
        if self.kind in ADVERSARIAL:
            return y
        if self.restores:
            return y.flatten(1)
        if y.is_floating_point():
            return y[:, None]
        if self.kind == "cross_entropy" or (self.kind == "hinge" and self.outputs > 1):
            return y
        if self.outputs > 1:
            return functional.one_hot(y, self.outputs).float()
        column = y.float()[:, None]
        return 2 * column - 1 if self.kind in SIGNED else column

    def classes(self, outputs: Tensor) -> Tensor:
        """(n, outputs) -> (n,): the class that each row is taken for."""
        if self.outputs > 1:
            return outputs.argmax(1)
        score = outputs[:, 0]
        if self.kind == "perceptron":
            return torch.where(score == 0, UNDECIDED, (score > 0).long())
        return (score > (0.5 if self.kind == "mse" else 0)).long()

    def probability(self, outputs: Tensor) -> Tensor:
        """(n, outputs) -> (n,): how much speaks for class 1 of two.

        `perceptron` and `hinge` know no probability: 1 on its side, 0 on the other, 0.5 on the line.
        """
        if self.outputs == 2:
            return outputs.softmax(1)[:, 1] if self.kind == "cross_entropy" else outputs[:, 1].clamp(0, 1)
        score = outputs[:, 0]
        if self.kind in SIGNED:
            return (score.sign() + 1) / 2
        return score.clamp(0, 1) if self.kind == "mse" else score.sigmoid()


def objective(kind: Loss, outputs: int, smoothing: float = 0.0) -> Objective:
    """The objective of labels for a model that ends in so many outputs; `layout.check_output` has found that they
    fit."""
    plain = functional.multi_margin_loss if kind == "hinge" and outputs > 1 else _LOSSES[kind]
    loss = partial(functional.cross_entropy, label_smoothing=smoothing) if smoothing else plain
    return Objective(kind, outputs, loss, error=plain)


def objective_of(step: Learning, model: nn.Module, spec: DataSpec) -> Objective:
    """The objective of a step, with what the sample layers of the model add to the loss. A generator has none of its
    own: its loss is what the discriminator says."""
    outputs = infer(step.model, input_shape(step, spec))[-1].outputs[-1]
    if step.loss in ADVERSARIAL:
        return Objective(step.loss, outputs, functional.mse_loss)
    aim = objective(step.loss, outputs, step.label_smoothing)
    if step.target == "input":
        restored = _RESTORED[step.loss]
        aim = Objective(step.loss, outputs, restored, restores=True, error=restored)
    samples = [part for part in model.modules() if isinstance(part, Sample)]
    return replace(aim, loss=_with_divergence(aim.loss, samples)) if samples else aim


def divergence(model: nn.Module) -> Tensor:
    """What the sample layers of the model say of the rows that went through last, without their betas."""
    return torch.stack([part.kl for part in model.modules() if isinstance(part, Sample)]).sum()


def _with_divergence(loss: Measure, samples: list[Sample]) -> Measure:
    def total(outputs: Tensor, targets: Tensor) -> Tensor:
        value = loss(outputs, targets)
        for sample in samples:
            value = value + sample.beta * sample.kl
        return value

    return total


def _restored_pixels(logits: Tensor, pixels: Tensor) -> Tensor:
    """In nats: the sum over the pixels of a row, the mean over the rows."""
    whole = functional.binary_cross_entropy_with_logits(logits.flatten(1), pixels, reduction="sum")
    return whole / len(logits)


def hinge(score: Tensor, sign: Tensor) -> Tensor:
    """max(0, 1 - sign·score), mean over the rows (Cortes & Vapnik 1995)."""
    return (1 - score * sign).clamp(min=0).mean()


def perceptron(score: Tensor, sign: Tensor) -> Tensor:
    """max(0, -sign·score), mean over the rows. At a score of exactly 0 the gradient pushes as it does for a wrong row:
    with rows one at a time and a learning rate of 1, SGD on this loss is Rosenblatt's rule."""
    margin = score * sign
    return 0 - (margin * (margin <= 0)).mean()  # 0 minus: a loss of -0.0 would be shown as such


_LOSSES: dict[Loss, Measure] = {
    "cross_entropy": functional.cross_entropy,
    "binary_cross_entropy": functional.binary_cross_entropy_with_logits,
    "mse": functional.mse_loss,
    "perceptron": perceptron,
    "hinge": hinge,
}
_RESTORED: dict[Loss, Measure] = {
    "mse": lambda outputs, inputs: functional.mse_loss(outputs.flatten(1), inputs),
    "binary_cross_entropy": _restored_pixels,
}
"""Of outputs (n, …) and inputs (n, d)."""
