"""The data sets that are made of the 8×8 digits: fewer rows, wrong labels, shifted pictures, half of the classes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor
from torch.nn import functional

from dltui.engine.rows import Data

TRAIN = 1297
TEST = 500


def split(x: NDArray[np.uint8], y: NDArray[np.uint8]) -> Data:
    """Pictures (1, 8, 8) of values 0 … 1 and their digits; the last 500 of a fixed permutation are held out."""
    order = torch.randperm(len(x), generator=Generator().manual_seed(0)).numpy()
    pictures = (x[order, None] / np.float32(16)).astype(np.float32)
    labels = y[order].astype(np.int64)
    return Data(pictures[:TRAIN], labels[:TRAIN], pictures[TRAIN:], labels[TRAIN:])


def _first(rows: int, digits: Data, seed: int) -> Data:
    return Data(digits.train_x[:rows], digits.train_y[:rows], digits.test_x, digits.test_y)


def _noisy(rows: int, digits: Data, seed: int) -> Data:
    """Three rows in ten get a label drawn anew, which is right in one case out of ten."""
    redrawn = 3 * rows // 10
    generator = Generator().manual_seed(seed)
    labels = digits.train_y[:rows].copy()
    places = torch.randperm(rows, generator=generator)[:redrawn]
    labels[places.numpy()] = torch.randint(10, (redrawn,), generator=generator).numpy()
    return Data(digits.train_x[:rows], labels, digits.test_x, digits.test_y)


def _shuffled(digits: Data, seed: int) -> Data:
    order = torch.randperm(TRAIN, generator=Generator().manual_seed(seed)).numpy()
    return Data(digits.train_x, digits.train_y[order], digits.test_x, digits.test_y)


def _shifted(by: int, digits: Data, seed: int) -> Data:
    """The held-out pictures four times: moved right, left, down and up, with black moving in."""
    wide = functional.pad(_test(digits), (by, by, by, by))
    corners = [(by, 0), (by, 2 * by), (0, by), (2 * by, by)]
    moved = [wide[:, :, top : top + 8, left : left + 8] for top, left in corners]
    assert digits.test_y is not None
    return Data(digits.train_x, digits.train_y, torch.cat(moved).numpy(), np.concatenate([digits.test_y] * 4))


def _half(low: int, digits: Data, seed: int) -> Data:
    """The five digits from `low` upwards, as classes 0 to 4."""
    assert digits.test_x is not None and digits.test_y is not None
    train, test = digits.train_y // 5 == low // 5, digits.test_y // 5 == low // 5
    return Data(digits.train_x[train], digits.train_y[train] - low, digits.test_x[test], digits.test_y[test] - low)


def _large(digits: Data, seed: int) -> Data:
    """(1, 28, 28): three pixels for one, smoothed, with a margin of two."""
    smooth = [functional.interpolate(x, 24, mode="bilinear") for x in (torch.from_numpy(digits.train_x), _test(digits))]
    train, test = (functional.pad(x, (2, 2, 2, 2)).numpy() for x in smooth)
    return Data(train, digits.train_y, test, digits.test_y)


def _test(digits: Data) -> Tensor:
    assert digits.test_x is not None
    return torch.from_numpy(digits.test_x)


MAKERS: dict[str, Callable[[Data, int], Data]] = {
    "digits": lambda digits, seed: digits,
    "digits100": partial(_first, 100),
    "digits300": partial(_first, 300),
    "noisy300": partial(_noisy, 300),
    "noisy890": partial(_noisy, 890),
    "digits-shuffled": _shuffled,
    "digits-shift1": partial(_shifted, 1),
    "digits-shift2": partial(_shifted, 2),
    "digits-low": partial(_half, 0),
    "digits-high": partial(_half, 5),
    "digits28": _large,
}
"""Each takes what `split` made, and a seed."""
