"""The layers that PyTorch has not, or has with another face: a tensor in, a tensor out."""

from __future__ import annotations

import torch
from torch import Generator, Tensor, nn

STILL = 20_000
"""Seed of the noise that a layer adds while a model is measured: the same every time, so that curves do not shake."""


class Rnn(nn.RNN):
    """(n, steps, in) -> (n, steps, out), or with `last` (n, out)."""

    last = False

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]  # a tensor, not a pair
        states, _ = super().forward(x)
        return states[:, -1] if self.last else states


class Lstm(nn.LSTM):
    """(n, steps, in) -> (n, steps, out), or with `last` (n, out)."""

    last = False

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]  # a tensor, not a pair
        states, _ = super().forward(x)
        return states[:, -1] if self.last else states


class Gru(nn.GRU):
    """(n, steps, in) -> (n, steps, out), or with `last` (n, out)."""

    last = False

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]  # a tensor, not a pair
        states, _ = super().forward(x)
        return states[:, -1] if self.last else states


class Residual(nn.Sequential):
    """x + f(x)"""

    def forward(self, x: Tensor) -> Tensor:
        branch = x
        for layer in self:
            branch = layer(branch)
        return x + branch


class GlobalPool(nn.Module):
    """(n, channels, height, width) -> (n, channels)"""

    def __init__(self, largest: bool) -> None:
        super().__init__()
        self._largest = largest

    def forward(self, x: Tensor) -> Tensor:
        return x.amax((2, 3)) if self._largest else x.mean((2, 3))


class Noise(nn.Module):
    """x + std·noise while training, and with `always` afterwards too."""

    def __init__(self, std: float, always: bool) -> None:
        super().__init__()
        self.std = std
        self.always = always

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            return x + self.std * torch.randn_like(x)
        if not self.always:
            return x
        still = torch.randn(x.shape, generator=Generator().manual_seed(STILL))
        return x + self.std * still.to(x)


class Sample(nn.Module):
    """(n, 2k) means and log-variances -> (n, k): mean + exp(log-variance / 2)·noise while training, else the mean."""

    def __init__(self, beta: float) -> None:
        super().__init__()
        self.beta = beta
        self.kl = torch.zeros(())
        """KL(N(mean, variance) ‖ N(0, 1)) of the rows that went through last, summed over k, mean over the rows."""

    def forward(self, x: Tensor) -> Tensor:
        mean, log_variance = x.chunk(2, 1)
        self.kl = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean()
        return mean + (0.5 * log_variance).exp() * torch.randn_like(mean) if self.training else mean


def draws(model: nn.Module) -> bool:
    """Whether the model uses random numbers while it trains."""
    return any(isinstance(part, nn.Dropout | Noise | Sample) for part in model.modules())
