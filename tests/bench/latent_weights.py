"""Trains the variational autoencoder whose weights the explorer `latent` shows, and writes them.

python tests/bench/latent_weights.py [FILE]: the model of the lesson gen-vae on the digits; one thread, some seconds.
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

HIDDEN, CODE, STEPS, BATCH, RATE = 128, 2, 1500, 128, 0.003
NAMES = ("e1w", "e1b", "e2w", "e2b", "d1w", "d1b", "d2w", "d2b")


def train() -> list[Tensor]:
    """Weight and bias of the four layers, encoder first."""
    torch.manual_seed(0)
    rows = torch.from_numpy(make("digits", 0).train_x).flatten(1)
    encoder = nn.Sequential(nn.Linear(64, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 2 * CODE))
    decoder = nn.Sequential(nn.Linear(CODE, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 64))
    weights = [*encoder.parameters(), *decoder.parameters()]
    optimizer = torch.optim.Adam(weights, lr=RATE)
    for _ in range(STEPS):
        x = rows[torch.randint(len(rows), (BATCH,))]
        mean, logvar = encoder(x).chunk(2, dim=1)
        z = mean + torch.exp(0.5 * logvar) * torch.randn_like(mean)
        lost = functional.binary_cross_entropy_with_logits(decoder(z), x, reduction="sum") / BATCH
        loss = lost + 0.5 * (mean**2 + logvar.exp() - 1 - logvar).sum() / BATCH
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return [weight.detach() for weight in weights]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=assets_dir() / "digits-vae.npz")
    torch.set_num_threads(1)
    arrays = {name: weight.numpy().astype(np.float16) for name, weight in zip(NAMES, train(), strict=True)}
    np.savez_compressed(parser.parse_args().file, **arrays)
