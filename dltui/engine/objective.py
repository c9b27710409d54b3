"""What a loss asks of the outputs of a model, and what the outputs then say: classes, probabilities."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

Loss = Literal["cross_entropy", "binary_cross_entropy", "mse", "perceptron"]
UNDECIDED = -1
"""The class of a perceptron whose score is exactly 0: it is wrong for every label."""


@dataclass(frozen=True)
class Objective:
    kind: Loss
    outputs: int
    loss: Callable[[Tensor, Tensor], Tensor]
    """Mean over the rows: (batch, outputs) and the targets of the batch -> ()"""

    def targets(self, labels: NDArray[np.int64]) -> Tensor:
        """Class indices (n,) in the form that `loss` takes."""
        y = torch.from_numpy(labels)
        if self.kind == "cross_entropy":
            return y
        if self.outputs > 1:
            return functional.one_hot(y, self.outputs).float()
        column = y.float()[:, None]
        return 2 * column - 1 if self.kind == "perceptron" else column

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

        The perceptron knows no probability: 1 on its side, 0 on the other, 0.5 on the line.
        """
        if self.outputs == 2:
            return outputs.softmax(1)[:, 1] if self.kind == "cross_entropy" else outputs[:, 1].clamp(0, 1)
        score = outputs[:, 0]
        if self.kind == "perceptron":
            return (score.sign() + 1) / 2
        return score.clamp(0, 1) if self.kind == "mse" else score.sigmoid()


def objective(kind: Loss, outputs: int) -> Objective:
    """The objective for a model that ends in so many outputs; `layout.check_output` has found that they fit."""
    return Objective(kind, outputs, _LOSSES[kind])


def perceptron(score: Tensor, sign: Tensor) -> Tensor:
    """max(0, -sign·score), mean over the rows. At a score of exactly 0 the gradient pushes as it does for a wrong row:
    with rows one at a time and a learning rate of 1, SGD on this loss is Rosenblatt's rule."""
    margin = score * sign
    return 0 - (margin * (margin <= 0)).mean()  # 0 minus: a loss of -0.0 would be shown as such


_LOSSES: dict[Loss, Callable[[Tensor, Tensor], Tensor]] = {
    "cross_entropy": functional.cross_entropy,
    "binary_cross_entropy": functional.binary_cross_entropy_with_logits,
    "mse": functional.mse_loss,
    "perceptron": perceptron,
}
