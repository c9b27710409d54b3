"""The 8×8 digits as rows of 64 numbers, in the split that the experiments train on, and their principal axes."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dltui.places import assets_dir

Array = NDArray[np.float64]
SIDE = 8
PIXELS = SIDE * SIDE
TRAIN = 1297


class Digits(NamedTuple):
    train: Array
    """(1297, 64), 0 … 1"""
    test: Array
    """(500, 64)"""
    labels: NDArray[np.int64]
    """(500,), of the held-out ones"""


class Axes(NamedTuple):
    """The principal components of the training rows."""

    mean: Array
    """(64,)"""
    columns: Array
    """(64, 64): orthonormal, the direction of the largest variance first."""
    variances: Array
    """(64,)"""
    covariance: Array
    """(64, 64)"""


@cache
def digits() -> Digits:
    with np.load(assets_dir() / "digits.npz", allow_pickle=False) as file:
        order = permutation(len(file["x"]), 0)
        x = file["x"][order].reshape(len(order), PIXELS) / 16.0
        y = file["y"][order].astype(np.int64)
    return Digits(x[:TRAIN], x[TRAIN:], y[TRAIN:])


@cache
def principal() -> Axes:
    rows = digits().train
    mean = rows.mean(axis=0)
    covariance = (rows - mean).T @ (rows - mean) / len(rows)
    variances, columns = np.linalg.eigh(covariance)
    variances, columns = np.maximum(variances[::-1], 0.0), columns[:, ::-1]
    # the sign of an axis is anybody's choice: here its largest pixel is positive
    signs = np.sign(columns[np.abs(columns).argmax(axis=0), np.arange(PIXELS)])
    return Axes(mean, columns * signs, variances, covariance)


@cache
def held_out_errors() -> Array:
    """(65,): the mean squared error per pixel of held-out digits that are rebuilt from so many principal numbers."""
    axes = principal()
    codes = (digits().test - axes.mean) @ axes.columns
    lost = (codes**2).mean(axis=0) / PIXELS
    return np.append(lost[::-1].cumsum()[::-1], 0.0)


def permutation(count: int, seed: int) -> NDArray[np.int64]:
    """What `torch.randperm` gives for this seed: Fisher and Yates's shuffle on the same Mersenne twister."""
    drawn = np.random.RandomState(seed).randint(0, 2**32, count, dtype=np.uint32).tolist()
    order = list(range(count))
    for place in range(count - 1):
        other = place + drawn[place] % (count - place)
        order[place], order[other] = order[other], order[place]
    return np.array(order, dtype=np.int64)
