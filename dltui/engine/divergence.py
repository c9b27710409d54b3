"""Where a run that went wrong went wrong first."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from dltui.engine.session import Session
from dltui.lesson.layers import AnyLayer
from dltui.lesson.layout import tag

LOSS = "loss"


def first_layer(session: Session, layers: Sequence[AnyLayer], x: Tensor) -> str:
    """The first layer with a parameter or, for the inputs `x`, an output that is not finite: `model.2 (linear)`.

    `loss` where every layer is sound and only the loss overflows.
    """
    session.model.eval()  # training mode would draw noise and move averages
    with torch.no_grad():
        for place, (layer, module) in enumerate(zip(layers, session.model, strict=True)):
            x = module(x)
            if not all(bool(tensor.isfinite().all()) for tensor in (*module.parameters(), x)):
                return f"model.{place} ({tag(layer)})"
    return LOSS
