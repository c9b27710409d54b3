"""Both moves of the game of two networks with forward and backward written out, for networks of linear layers and
activations on a CPU: nothing is recorded, and nothing worked out that no update needs."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from dltui.engine.backprop import LOSSES, Backprop, parts
from dltui.engine.flat import Flat

ENTROPY = LOSSES["binary_cross_entropy"]


class Duel:
    """Raises ValueError for networks with a layer that is not written out."""

    def __init__(
        self, generator: tuple[nn.Sequential, Flat], discriminator: tuple[nn.Sequential, Flat], label: float,
        saturating: bool,
    ) -> None:  # fmt: skip
        self._generator, self._discriminator = _backprop(*generator), _backprop(*discriminator)
        self._label = label
        self._saturating = saturating

    def judged(self, z: Tensor, real: Tensor) -> float:
        """Noise (n, noise), rows (n, …) -> the loss of the discriminator; its gradients are in their places then."""
        rows = torch.cat([real.flatten(1), self._generator.forward(z[None])[0]])[None]
        targets = torch.zeros(1, len(real) + len(z), 1)
        targets[:, : len(real)] = self._label
        values = self._discriminator.values(rows)
        loss, grad = ENTROPY(values[-1], targets)
        self._discriminator.back(values, grad.mul_(2))  # a mean over all rows, and two means are to be summed
        return 2 * loss.item()

    def fooled(self, z: Tensor) -> float:
        """Noise (n, noise) -> the loss of the generator; its gradients are in their places then."""
        made = self._generator.values(z[None])
        values = self._discriminator.values(made[-1])
        scores = values[-1]
        loss, grad = ENTROPY(scores, torch.zeros_like(scores) if self._saturating else torch.ones_like(scores))
        sign = -1 if self._saturating else 1
        self._generator.back(made, self._discriminator.by_inputs(values, grad.mul_(sign)))
        return sign * loss.item()


def _backprop(model: nn.Sequential, flat: Flat) -> Backprop:
    def alone(buffer: Tensor) -> dict[str, Tensor]:
        return {name: view[None] for name, view in flat.named(buffer).items()}

    return Backprop(parts(model, alone(flat.values), alone(flat.grads)), ENTROPY)


def written_out(
    generator: tuple[nn.Sequential, Flat], discriminator: tuple[nn.Sequential, Flat], label: float, saturating: bool
) -> Duel | None:
    """None where the networks have layers that are left to autograd, or are not on the CPU."""
    try:
        return Duel(generator, discriminator, label, saturating) if generator[1].values.device.type == "cpu" else None
    except ValueError:
        return None
