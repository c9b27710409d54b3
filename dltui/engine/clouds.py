"""Points on a line or in a plane, drawn from a seed."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator

from dltui.engine.rows import Data

Drawn = tuple[NDArray[np.float32], NDArray[np.int64]]
"""Points (n, 2) and their classes (n,)"""
RING = 8
"""Clouds of ring8."""


def circles(seed: int) -> Drawn:
    """400 points around the origin: class 0 at radius 1, class 1 at radius 0.5, both give or take 0.08."""
    generator = Generator().manual_seed(seed)
    y = torch.arange(400) % 2
    angle = 2 * torch.pi * torch.rand(400, generator=generator)
    radius = 1 - 0.5 * y + 0.08 * torch.randn(400, generator=generator)
    return torch.stack([radius * angle.cos(), radius * angle.sin()], 1).numpy(), y.numpy()


def spiral(seed: int) -> Drawn:
    """200 points on each of two spiral arms, one and a half turns long, the second half a turn behind the first."""
    generator = Generator().manual_seed(seed)
    along = 3 * torch.pi * torch.rand(200, generator=generator).sqrt()
    arms = [torch.stack([along * (along + turn).cos(), along * (along + turn).sin()], 1) for turn in (0, torch.pi)]
    x = torch.cat(arms) / 9.5 + 0.02 * torch.randn(400, 2, generator=generator)
    return x.numpy(), np.repeat(np.array([0, 1]), 200)


def moons(seed: int) -> Drawn:
    """400 points on two half circles of radius 1, give or take 0.1: one open below around the origin, the other open
    above around (1, 0.5), so that each ends inside the other."""
    generator = Generator().manual_seed(seed)
    y = torch.arange(400) % 2
    angle = torch.pi * (torch.rand(400, generator=generator) + y)
    middle = torch.stack([1.0 * y, 0.5 * y], 1)
    x = torch.stack([angle.cos(), angle.sin()], 1) + middle + 0.1 * torch.randn(400, 2, generator=generator)
    return x.numpy(), y.numpy()


def ring8(seed: int) -> Data:
    """10000 points in eight clouds with spread 0.05, their centres on a circle of radius 2. No targets."""
    generator = Generator().manual_seed(seed)
    angle = torch.arange(RING) * 2 * torch.pi / RING
    centres = 2 * torch.stack([angle.cos(), angle.sin()], 1)
    cloud = torch.randint(RING, (10000,), generator=generator)
    x = centres[cloud] + 0.05 * torch.randn(10000, 2, generator=generator)
    return Data(x.numpy(), np.zeros(10000, np.int64), centres=centres.numpy())


def marks(seed: int) -> Data:
    """40 students: hours of study from 0 to 10, one column, and marks out of 10. One hour more is 0.8 of a mark, from 1
    upwards, give or take 0.7."""
    rng = np.random.default_rng(seed)
    studied = np.round((np.arange(40) + rng.random(40)) / 4, 1)
    reached = np.clip(1 + 0.8 * studied + 0.7 * rng.standard_normal(40), 0, 10).round(1)
    return Data(studied[:, None].astype(np.float32), reached.astype(np.float32))


def wave20(seed: int) -> Data:
    """sin πx on -1 … 1: 20 points with noise of 0.2 to learn from, 200 without noise to see what was learned."""
    rng = np.random.default_rng(seed)
    x = (np.arange(20) + rng.random(20)) / 10 - 1
    y = np.sin(np.pi * x) + 0.2 * rng.standard_normal(20)
    test = np.linspace(-1, 1, 200)
    arrays = (x[:, None], y, test[:, None], np.sin(np.pi * test))
    return Data(*(array.astype(np.float32) for array in arrays))
