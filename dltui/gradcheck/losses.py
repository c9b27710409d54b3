"""How a change passes through a loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from dltui.gradcheck.classes import reduction_of
from dltui.gradcheck.moved import Moved
from dltui.gradcheck.passage import Entry, Impassable

CLASSES = 512
"""Up to so many classes the sums over all classes but one are kept."""


def reduced(values: Tensor, reduction: str) -> Tensor:
    """Losses (rows, …) of elements -> (rows,) or as they are."""
    if reduction == "none":
        return values
    return values.flatten(1).mean(1) if reduction == "mean" else values.flatten(1).sum(1)


def cross_entropy(entry: Entry, input: Tensor, target: Tensor, **kwargs: Any) -> Moved:
    """`F.cross_entropy` of scores (N, C) and classes (N,), without weights, smoothing or ignored classes.

    The loss of a sample is `log(sum(exp(z))) - z[target]`. Where one score has moved, the sum of the others is known.
    """
    reduction, moved = reduction_of(kwargs), entry.one(input)
    if reduction is None or input.dim() != 2 or target.dim() != 1 or target.is_floating_point():
        raise Impassable
    if bool((target < 0).any()) or not len(target):
        raise Impassable
    top = input.amax(1, keepdim=True)
    if moved.dim == 1 and moved.width == 1 and input.shape[1] <= CLASSES:
        found = of_score(moved, target, top)
    elif moved.dim == 0 and moved.place is not None:
        found = of_sample(moved, target, top)
    else:
        found = of_scores(moved.whole(), target, top)
    if not bool(found.isfinite().all()):
        scores = moved.whole()
        found = of_scores(scores, target, scores.amax(2, keepdim=True))
    return Moved(entry.step.result, reduced(found, reduction))


def of_scores(scores: Tensor, target: Tensor, top: Tensor) -> Tensor:
    """Losses (rows, N) of the scores (rows, N, C); `top`, (N, 1) or (rows, N, 1), is near their maximum."""
    centred = scores - top
    chosen = centred.gather(2, target.view(1, -1, 1).expand(len(scores), -1, 1)).squeeze(2)
    return (centred.exp_() @ torch.ones(scores.shape[2], dtype=scores.dtype, device=scores.device)).log_() - chosen


def of_score(moved: Moved, target: Tensor, top: Tensor) -> Tensor:
    """The same where one class alone has moved in each row."""
    assert moved.place is not None
    classes = moved.base.shape[1]
    share = (moved.base - top).exp()
    others = share @ (1 - torch.eye(classes, dtype=share.dtype, device=share.device))
    centred = moved.values.squeeze(2) - top.squeeze(1)
    normaliser = (others.t().index_select(0, moved.place) + centred.exp()).log_()
    still = (moved.base - top).gather(1, target.unsqueeze(1)).squeeze(1)
    return normaliser - torch.where(moved.place.unsqueeze(1) == target, centred, still)


def of_sample(moved: Moved, target: Tensor, top: Tensor) -> Tensor:
    """The same where one sample alone has moved in each row."""
    assert moved.place is not None
    losses = of_scores(moved.base.unsqueeze(0), target, top).expand(len(moved.values), -1).clone()
    centred = moved.values.squeeze(1) - top.index_select(0, moved.place)
    chosen = centred.gather(1, target.index_select(0, moved.place).unsqueeze(1))
    own = centred.exp().sum(1, keepdim=True).log_() - chosen
    return losses.scatter_(1, moved.place.unsqueeze(1), own)


def pointwise(entry: Entry, input: Tensor, target: Tensor, **kwargs: Any) -> Moved:
    """Losses of each element alone, against a target of the same shape."""
    reduction, moved = reduction_of(kwargs), entry.one(input)
    if reduction is None or input.shape != target.shape:
        raise Impassable
    values = entry.step.func(moved.values, moved.block(target), reduction="none")
    if moved.dim is None:
        return Moved(entry.step.result, reduced(values, reduction))
    losses = entry.step.func(input, target, reduction="none")
    return Moved(entry.step.result, reduced(Moved(losses, values, moved.dim, moved.place).whole(), reduction))


LOSSES: dict[Any, Callable[..., Moved]] = {
    F.cross_entropy: cross_entropy, F.mse_loss: pointwise, F.l1_loss: pointwise, F.binary_cross_entropy: pointwise,
    F.binary_cross_entropy_with_logits: pointwise,
}  # fmt: skip
