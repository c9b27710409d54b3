"""Trains the two networks that the explorer `drag` holds against each other, and writes their weights.

python tests/bench/drag_weights.py [FILE]: a dense and a convolutional network on the digits; one thread, some seconds.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from dltui.engine.data import make
from dltui.places import assets_dir

STEPS, BATCH, RATE = 600, 32, 0.005
NAMES = ("d1", "d2", "c1", "c2", "c3")


def dense() -> nn.Sequential:
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))


def convolutional() -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(),
        nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(32, 10),
    )  # fmt: skip


def train(net: nn.Sequential) -> list[Tensor]:
    """Weight and bias of each layer."""
    data = make("digits", 0)
    x, y = torch.from_numpy(data.train_x), torch.from_numpy(data.train_y)
    optimizer = torch.optim.Adam(net.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=STEPS)
    for _ in range(STEPS):
        rows = torch.randint(len(x), (BATCH,))
        optimizer.zero_grad()
        functional.cross_entropy(net(x[rows]), y[rows]).backward()
        optimizer.step()
        schedule.step()
    return [weight.detach() for weight in net.parameters()]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=assets_dir() / "digits-drag.npz")
    torch.set_num_threads(1)
    torch.manual_seed(0)
    weights = train(dense()) + train(convolutional())
    arrays = {f"{NAMES[at // 2]}{'wb'[at % 2]}": weight.numpy().astype(np.float16) for at, weight in enumerate(weights)}
    np.savez_compressed(parser.parse_args().file, **arrays)
