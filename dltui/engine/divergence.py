"""Where a run that went wrong went wrong first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from dltui.engine.session import Session
from dltui.lesson.layers import AnyLayer
from dltui.lesson.layout import tag

LOSS = "loss"


class Place(NamedTuple):
    layer: str
    """Such as `model.2 (linear)`; `loss` where every layer is sound and only the loss overflows."""
    said: str
    """The same in a few words for the learner."""


def first_place(session: Session, layers: Sequence[AnyLayer], x: Tensor) -> Place:
    """The first layer with a parameter or, for the inputs `x`, an output that is not finite."""
    session.model.eval()  # training mode would draw noise and move averages
    with torch.no_grad():
        for place, (layer, module) in enumerate(zip(layers, session.model, strict=True)):
            x = module(x)
            if not all(bool(tensor.isfinite().all()) for tensor in (*module.parameters(), x)):
                name = f"model.{place} ({tag(layer)})"
                return Place(name, f"the first layer that is affected is {name}")
    return Place(LOSS, f"the outputs have grown to {float(x.abs().max()):.0e}, too large to compute the loss")
