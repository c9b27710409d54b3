"""Two models that train against each other (Goodfellow et al., Generative adversarial nets, 2014).

The generator is the model of the session; it makes rows out of normally distributed noise. The discriminator scores
rows: a high score says real. One step of the session is `d_steps` updates of the discriminator, then `g_steps` of the
generator.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite

import torch
from torch import Tensor, nn
from torch.autograd import Variable
from torch.nn import functional

from dltui.engine.duel import Duel
from dltui.engine.flat import Flat
from dltui.engine.optimizer import Update
from dltui.engine.schedule import Rate
from dltui.engine.session import Session


def discriminator_loss(real: Tensor, fake: Tensor, label: float = 1.0) -> Tensor:
    """Scores (n, 1) of real rows and of generated ones -> (): binary cross entropy of both, summed. `label` is what
    real rows are held against; a little below 1 keeps the discriminator from being too sure (Salimans et al. 2016)."""
    right = functional.binary_cross_entropy_with_logits(real, torch.full_like(real, label))
    return right + functional.softplus(fake).mean()


def generator_loss(fake: Tensor, saturating: bool = False) -> Tensor:
    """Scores (n, 1) of generated rows -> (): -log D. The saturating one of the minimax game, log(1 - D), has hardly any
    slope where the discriminator is sure, which is where the generator needs it."""
    return -functional.softplus(fake).mean() if saturating else functional.softplus(-fake).mean()


def through(model: nn.Sequential, x: Tensor) -> Tensor:
    """What calling the model comes to, without the price of hooks."""
    for layer in model:
        x = layer.forward(x)
    return x


@dataclass(frozen=True)
class Game:
    """Everything about the discriminator, and the rules."""

    model: nn.Sequential
    flat: Flat
    update: Update
    rates: Callable[[int], Rate]
    noise: int
    """Numbers that the generator starts from."""
    shape: tuple[int, ...]
    """Of a row of data."""
    d_steps: int = 1
    g_steps: int = 1
    label: float = 1.0
    saturating: bool = False

    def draw(self, rows: int, device: torch.device) -> Tensor:
        """(rows, noise)"""
        return torch.randn(rows, self.noise, device=device)


@dataclass
class Adversarial(Session):
    """`loss` is the sum of the two losses, each at its last update of the step."""

    game: Game = field(kw_only=True)
    duel: Duel | None = None
    """Where both networks can be written out: the same moves in half of the time."""
    _parts: dict[str, list[float]] = field(default_factory=dict)

    def advance(self, until: int, halted: Callable[[], bool]) -> list[float]:
        losses: list[float] = []
        d_losses: list[float] = []
        g_losses: list[float] = []
        with self.noise:
            while self.step < until:
                for _ in range(self.game.d_steps):
                    judged = self._judge()
                d_losses.append(judged)
                for _ in range(self.game.g_steps):
                    fooled = self._fool()
                g_losses.append(fooled)
                losses.append(judged + fooled)
                if not isfinite(losses[-1]):
                    break
                self.step += 1
                if halted():
                    break
        self._parts = {"d_loss": d_losses, "g_loss": g_losses}
        return losses

    def series(self) -> dict[str, list[float]]:
        return self._parts

    def inputs(self) -> Tensor:
        """Other noise than the model was given last, which nobody kept."""
        with torch.random.fork_rng(devices=[]):
            return self.game.draw(self.batches.rows, self.device)

    def scores(self, x: Tensor) -> Tensor:
        """Rows (n, …) -> (n, 1), in evaluation mode and without autograd: a high score says real."""
        self.game.model.eval()
        with torch.inference_mode():
            found: Tensor = self.game.model(x)
        self.game.model.train()
        return found

    def _judge(self) -> float:
        """One update of the discriminator; generated and real rows go through it together."""
        game = self.game
        real, _ = self.batches.take()
        z = game.draw(len(real), self.device)
        if self.duel is not None:
            with torch.inference_mode():
                value = self.duel.judged(z, real)
        else:
            with torch.no_grad():
                fake = through(self.model, z).view_as(real)
            scores = through(game.model, torch.cat([real, fake]))
            loss = discriminator_loss(scores[: len(real)], scores[len(real) :], game.label)
            value = self._slopes(loss, self._leaves[1])
        return _updated(value, game.flat, game.update, game.rates(self.step))

    def _fool(self) -> float:
        """One update of the generator; the gradient comes through the discriminator, which stays as it is."""
        game = self.game
        rows = self.batches.rows
        z = game.draw(rows, self.device)
        if self.duel is not None:
            with torch.inference_mode():
                value = self.duel.fooled(z)
        else:
            fake = through(self.model, z).view(rows, *game.shape)
            value = self._slopes(generator_loss(through(game.model, fake), game.saturating), self._leaves[0])
        return _updated(value, self.flat, self.update, self.rates(self.step))

    @cached_property
    def _leaves(self) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
        """What each network learns: generator, discriminator."""
        return tuple(self.model.parameters()), tuple(self.game.model.parameters())

    def _slopes(self, loss: Tensor, leaves: tuple[Tensor, ...]) -> float:
        """Gradients are worked out for the weights of one network alone: those of the other are not to be moved."""
        # What `torch.autograd.backward` comes to in the end, without the price of its checks.
        Variable._execution_engine.run_backward(
            (loss,), (torch.ones_like(loss),), False, False, leaves, allow_unreachable=True, accumulate_grad=True
        )
        return loss.item()

    def _tensors(self) -> dict[str, Tensor]:
        game = self.game
        named = {f"parameter.adversary.{name}": tensor.detach() for name, tensor in game.model.named_parameters()}
        named |= {f"buffer.adversary.{name}": tensor for name, tensor in game.model.named_buffers()}
        named |= {f"optimizer.adversary.{name}": tensor for name, tensor in game.update.state.items()}
        return super()._tensors() | named


def _updated(loss: float, flat: Flat, update: Update, rate: Rate) -> float:
    """A loss that is not finite changes nothing."""
    if isfinite(loss):
        update.step(rate)
    flat.grads.zero_()
    return loss
