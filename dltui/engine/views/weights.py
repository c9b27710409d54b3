"""The weights of a model: their values, the first filters as pictures, and how strong a gradient reaches each layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

import numpy as np
import torch
from torch import Tensor, nn

from dltui.engine.adversarial import Adversarial, discriminator_loss, generator_loss
from dltui.engine.session import Session
from dltui.engine.views.subject import LARGEST_SIDE, Look, Subject, largest, number, numbers, room_for, signed, small
from dltui.journal.events import Snapshot
from dltui.journal.picture import Picture

PARAMETERS = 64
FILTERS = 32
LAYERS = 64
ROWS = 128
"""Training rows for the gradient: a batch that stays the same, so that steps can be compared."""
SHORT = {"weight": "W", "bias": "b"}


def parameters(subject: Subject) -> Look:
    """The first 64, by name."""

    def look(session: Session) -> Snapshot:
        names: list[str] = []
        values: list[float | None] = []
        weighted = list(weighted_layers(session.model))
        for count, (_, layer) in enumerate(weighted, 1):
            for name, parameter in layer.named_parameters(recurse=False):
                room = PARAMETERS - len(names)
                flat = parameter.detach().flatten()[:room]
                label = SHORT.get(name, name) + str(count)
                if len(weighted) == 1 and isinstance(layer, nn.Linear) and layer.out_features == 1:
                    names += _of_one_unit(name, len(flat))
                else:
                    names += [f"{label}[{_index(place, parameter.shape)}]" for place in range(len(flat))]
                values += numbers(flat)
        return Snapshot(step=session.step, view="parameters", shape=[len(values)], values=values, names=names)

    return look


def weighted_layers(model: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Name and module of everything that has weights of its own, in the order in which it works."""
    for name, layer in model.named_modules():
        if next(layer.parameters(recurse=False), None) is not None:
            yield name, layer


def _of_one_unit(name: str, count: int) -> list[str]:
    if name == "bias":
        return ["b"]
    return ["w"] if count == 1 else [f"w{place}" for place in range(1, count + 1)]


def _index(place: int, shape: Sequence[int]) -> str:
    return ",".join(str(int(axis)) for axis in np.unravel_index(place, tuple(shape)))


def filters(subject: Subject) -> Look:
    """The kernels of the first convolution; where there is none, the weights of the first layer as pictures."""

    def look(session: Session) -> Snapshot:
        layer, kernels = _kernels(session.model, subject.shape)
        shown = small(kernels) if max(kernels.shape[2:]) > LARGEST_SIDE else kernels.flatten(0, 1)
        shown = shown[: min(FILTERS, room_for(shown.shape[1:]))]
        reach = largest(shown)
        pictures: list[Picture] = [signed(each, reach, group=layer) for each in shown]
        of = kernels.shape[0] * (kernels.shape[1] if len(shown) != kernels.shape[0] else 1)
        note = f"{of} in all" if len(shown) < of else ""
        return Snapshot(step=session.step, view="filters", pictures=pictures, note=note)

    return look


def _kernels(model: nn.Module, shape: tuple[int, ...]) -> tuple[str, Tensor]:
    """What the layer is called, and (filters, channels, height, width)."""
    for layer in model.modules():
        if isinstance(layer, nn.Conv2d):
            return title(layer), layer.weight.detach()
    first = next(layer for layer in model.modules() if isinstance(layer, nn.Linear))
    return title(first), first.weight.detach().reshape(-1, *shape)


def title(layer: nn.Module) -> str:
    """In a word or two, with sizes."""
    if isinstance(layer, nn.Linear):
        return f"linear {layer.in_features}→{layer.out_features}"
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
        sizes = "×".join(map(str, layer.kernel_size))
        kind = "conv" if isinstance(layer, nn.Conv2d) else "conv transpose"
        return f"{kind} {layer.in_channels}→{layer.out_channels}, {sizes}"
    if isinstance(layer, nn.RNNBase):
        return f"{type(layer).__name__.lower()} {layer.input_size}→{layer.hidden_size}"
    return type(layer).__name__.lower()


def gradients(subject: Subject) -> Look:
    """The norm of the gradient of the loss by the weights of each layer, on a batch that stays the same."""

    def look(session: Session) -> Snapshot:
        x, y = session.batches.first(ROWS)
        with undisturbed(session):
            if isinstance(session, Adversarial):
                found = _of_both(session, x)
            else:
                loss = session.objective.loss(session.model(x), y)
                found = _norms(loss, session.model, "")
        return Snapshot(step=session.step, view="gradients", shape=[len(found)], names=[name for name, _ in found],
                        values=[number(norm, 3) for _, norm in found],
                        note=f"norm of the gradient on {len(x)} training rows")  # fmt: skip

    return look


def _norms(loss: Tensor, model: nn.Module, prefix: str) -> list[tuple[str, float]]:
    weighted = list(weighted_layers(model))[:LAYERS]
    own = [[each for each in layer.parameters(recurse=False) if each.requires_grad] for _, layer in weighted]
    found = iter(torch.autograd.grad(loss, [each for group in own for each in group], allow_unused=True))
    norms = []
    for count, ((_, layer), group) in enumerate(zip(weighted, own, strict=True), 1):
        squares = [each.double().square().sum() for each in islice(found, len(group)) if each is not None]
        norms.append((f"{prefix}{count} {title(layer)}", float(torch.stack(squares).sum().sqrt()) if squares else 0.0))
    return norms


def _of_both(session: Adversarial, real: Tensor) -> list[tuple[str, float]]:
    """Each by its own loss."""
    game = session.game
    fake = session.model(game.draw(len(real), session.device)).view_as(real)
    made = _norms(generator_loss(game.model(fake), game.saturating), session.model, "G")
    of_real, of_fake = game.model(torch.cat([real, fake.detach()])).split(len(real))
    return made + _norms(discriminator_loss(of_real, of_fake, game.label), game.model, "D")


@contextmanager
def undisturbed(session: Session) -> Iterator[None]:
    """Train mode, after which random numbers and running means are as they were before."""
    models = [session.model, session.game.model] if isinstance(session, Adversarial) else [session.model]
    buffers = [(buffer, buffer.clone()) for model in models for buffer in model.buffers()]
    random = torch.get_rng_state()
    on_gpu = torch.cuda.get_rng_state(session.device) if session.device.type == "cuda" else None
    try:
        yield
    finally:
        torch.set_rng_state(random)
        if on_gpu is not None:
            torch.cuda.set_rng_state(on_gpu, session.device)
        with torch.no_grad():
            for buffer, before in buffers:
                buffer.copy_(before)
