"""Dropout for CPUs. PyTorch draws a random number for each element; this draws 64 bits for four elements."""

from __future__ import annotations

import torch
from torch import Tensor, nn

FEW = 8192
"""Elements up to which PyTorch's own is as fast."""
LEVELS = 1 << 16


class Dropout(nn.Dropout):
    """As `torch.nn.Dropout`, with p rounded to a multiple of 1/65536 for large inputs; what is kept is scaled by the
    rounded p, so that means stay as they are."""

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or x.device.type != "cpu" or x.numel() <= FEW:
            return super().forward(x)
        dropped = round(self.p * LEVELS)
        bits = torch.empty(-(-x.numel() // 4), dtype=torch.int64).random_(-(1 << 63), None)
        levels = bits.view(torch.int16)[: x.numel()].view(x.shape)  # from -LEVELS/2 on, all equally likely
        kept = (levels >= dropped - LEVELS // 2).to(x.dtype)
        return x * kept.mul_(LEVELS / (LEVELS - dropped))
