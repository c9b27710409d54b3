"""Where a run that went wrong went wrong first."""

from __future__ import annotations

from typing import NamedTuple

import torch

from dltui.engine.adversarial import Adversarial
from dltui.engine.session import Session
from dltui.lesson.layout import expanded, tag
from dltui.lesson.records import Experiment

LOSS = "loss"


class Place(NamedTuple):
    layer: str
    """Such as `model.2 (linear)`; `loss` where every layer is sound and only the loss overflows."""
    said: str
    """The same in a few words for the learner."""


def first_place(session: Session, experiment: Experiment) -> Place:
    """The first layer with a parameter or, for what the model was given last, an output that is not finite; those of
    the adversary come after those of the model."""
    networks = [("model", experiment.model, session.model)]
    if isinstance(session, Adversarial):
        networks.append(("adversary", experiment.adversary, session.game.model))
    x = session.inputs()
    for which, layers, modules in networks:
        if which == "adversary" and isinstance(session, Adversarial):
            x = x.view(len(x), *session.game.shape)
        modules.eval()  # training mode would draw noise and move averages
        for place, (layer, module) in enumerate(zip(expanded(layers), modules, strict=True)):
            with torch.no_grad():
                x = module(x)
            if not all(bool(tensor.isfinite().all()) for tensor in (*module.parameters(), x)):
                name = f"{which}.{place} ({tag(layer)})"
                return Place(name, f"the first layer that is affected is {name}")
    return Place(LOSS, f"the outputs have grown to {float(x.abs().max()):.0e}, too large to compute the loss")
