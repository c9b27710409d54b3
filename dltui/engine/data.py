"""The arrays behind the names of data sets. Everything is made from a seed or comes with the package."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator

from dltui.engine.npz import NpzError, read
from dltui.explore import points
from dltui.places import assets_dir

DIGITS_SHA256 = {
    "x": "8f26b2bd9d135c256808f68f14fdabddde6d9c7f869ae419704b051f0f14b3b3",
    "y": "8ba4f891220f5e4c9c819638d1602d74b83618f167043c6da52a2a247841ddf0",
}
"""Of the raw bytes of the two arrays of assets/digits.npz."""
DIGITS_TRAIN = 1297
TEST_SEED = 1000
"""Added to the seed for the held-out points of a set that is drawn."""


class DataError(Exception):
    """A data set that is not there or not what it should be: one sentence."""


@dataclass(frozen=True, eq=False)
class Data:
    """Rows to train on and, where there are any, rows held out."""

    train_x: NDArray[np.float32]
    """(n, …)"""
    train_y: NDArray[np.int64]
    """(n,), class indices from 0. The perceptron loss reads class 1 as +1 and class 0 as -1."""
    test_x: NDArray[np.float32] | None = None
    test_y: NDArray[np.int64] | None = None

    @property
    def classes(self) -> int:
        return int(self.train_y.max()) + 1

    @property
    def points(self) -> bool:
        """Are the rows points on a line or in a plane?"""
        return self.train_x.ndim == 2 and self.train_x.shape[1] <= 2


def make(name: str, seed: int) -> Data:
    """The data set `name`. Equal seeds give equal arrays; xor, notebook50 and digits are the same at every seed.

    Raises DataError.
    """
    maker = _MAKERS.get(name)
    if maker is None:
        raise DataError(f"there is no data set named {name!r}; there are {', '.join(sorted(_MAKERS))}")
    return maker(seed)


def _circles(seed: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """400 points around the origin: class 0 at radius 1, class 1 at radius 0.5, both give or take 0.08."""
    generator = Generator().manual_seed(seed)
    y = torch.arange(400) % 2
    angle = 2 * torch.pi * torch.rand(400, generator=generator)
    radius = 1 - 0.5 * y + 0.08 * torch.randn(400, generator=generator)
    return torch.stack([radius * angle.cos(), radius * angle.sin()], 1).numpy(), y.numpy()


def _spiral(seed: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """200 points on each of two spiral arms, one and a half turns long, the second half a turn behind the first."""
    generator = Generator().manual_seed(seed)
    along = 3 * torch.pi * torch.rand(200, generator=generator).sqrt()
    arms = [torch.stack([along * (along + turn).cos(), along * (along + turn).sin()], 1) for turn in (0, torch.pi)]
    x = torch.cat(arms) / 9.5 + 0.02 * torch.randn(400, 2, generator=generator)
    return x.numpy(), np.repeat(np.array([0, 1]), 200)


def _digits(seed: int) -> Data:
    """1797 pictures (1, 8, 8) of values 0 … 1 and their digits; the last 500 of a fixed permutation are held out."""
    x, y = _digits_arrays()
    order = torch.randperm(len(x), generator=Generator().manual_seed(0)).numpy()
    pictures = (x[order, None] / np.float32(16)).astype(np.float32)
    labels = y[order].astype(np.int64)
    cut = DIGITS_TRAIN
    return Data(pictures[:cut], labels[:cut], pictures[cut:], labels[cut:])


def _digits_arrays() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    path = assets_dir() / "digits.npz"
    try:
        arrays = read(path)
    except (NpzError, FileNotFoundError) as error:
        raise DataError(f"the digits cannot be read from {path}; install dltui again") from error
    found = {name: hashlib.sha256(array.tobytes()).hexdigest() for name, array in arrays.items()}
    if found != DIGITS_SHA256:
        raise DataError(f"the digits in {path} are not the ones that came with dltui; install dltui again")
    return arrays["x"], arrays["y"]


def _given(made: points.Points) -> Data:
    return Data(made.x.astype(np.float32), made.y.astype(np.int64))


def _drawn(draw: Callable[[int], tuple[NDArray[np.float32], NDArray[np.int64]]], seed: int) -> Data:
    return Data(*draw(seed), *draw(seed + TEST_SEED))


_MAKERS: dict[str, Callable[[int], Data]] = {
    "xor": lambda seed: _given(points.xor()),
    "gauss2": lambda seed: _given(points.gauss2(seed)),
    "notebook50": lambda seed: _given(points.notebook50()),
    "hours": lambda seed: _given(points.hours(seed)),
    "circles": lambda seed: _drawn(_circles, seed),
    "spiral": lambda seed: _drawn(_spiral, seed),
    "digits": _digits,
}
