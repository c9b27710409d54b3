"""Elements that declare to have no gradient, although the function depends on them: padding rows of embeddings."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from dltui.gradcheck.subject import Leaf, Subject


def exempt(subject: Subject, leaf: Leaf) -> Tensor:
    """Flat indices of the elements of a leaf whose gradient is zero by declaration."""
    rows: list[Tensor] = []
    net = subject.module
    if net is not None and leaf.parameter:
        for module in net.modules():
            if not isinstance(module, nn.Embedding | nn.EmbeddingBag):
                continue
            padding = module.padding_idx
            if padding is not None and module.weight is leaf.value:
                size = leaf.value.shape[1]
                rows.append(torch.arange(int(padding) * size, (int(padding) + 1) * size))
    return torch.cat(rows).unique() if rows else torch.zeros(0, dtype=torch.int64)
