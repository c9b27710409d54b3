"""The arrays behind the names of data sets. They are made from a seed, come with the package, or were fetched."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from dltui.engine import clouds, digits, figures, mnist, sequences, words
from dltui.engine.npz import NpzError, read
from dltui.engine.rows import Data, DataError
from dltui.explore import points
from dltui.lesson.datasets import ADDING, DATASETS, REMEMBER
from dltui.places import assets_dir

__all__ = ["Data", "DataError", "make"]

DIGITS_SHA256 = {
    "x": "8f26b2bd9d135c256808f68f14fdabddde6d9c7f869ae419704b051f0f14b3b3",
    "y": "8ba4f891220f5e4c9c819638d1602d74b83618f167043c6da52a2a247841ddf0",
}
"""Of the raw bytes of the two arrays of assets/digits.npz."""
TEST_SEED = 1000
"""Added to the seed for the held-out rows of a set that is drawn."""


def make(name: str, seed: int) -> Data:
    """The data set `name`, as its record in `lesson.datasets` says. Equal seeds give equal arrays.

    Raises DataError.
    """
    if name in digits.MAKERS:
        return digits.MAKERS[name](digits.split(*_digits_arrays()), seed)
    maker = _MAKERS.get(name)
    if maker is None:
        raise DataError(f"there is no data set named {name!r}; there are {', '.join(sorted(DATASETS))}")
    return maker(seed)


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


def _drawn(draw: Callable[[int], clouds.Drawn], seed: int) -> Data:
    return Data(*draw(seed), *draw(seed + TEST_SEED))


def _shapes(seed: int) -> Data:
    return Data(*figures.shapes(seed, near=True), *figures.shapes(seed + TEST_SEED, near=False))


def _adding(steps: int, seed: int) -> Data:
    return Data(*sequences.adding(steps, 32000, seed), *sequences.adding(steps, 1000, seed + TEST_SEED))


def _remember(steps: int, seed: int) -> Data:
    return Data(*sequences.remember(steps, 20000, seed), *sequences.remember(steps, 1000, seed + TEST_SEED))


def _sines(seed: int) -> Data:
    return Data(*sequences.sines(2000, seed), *sequences.sines(500, seed + TEST_SEED))


_MAKERS: dict[str, Callable[[int], Data]] = {
    "hours": lambda seed: _given(points.hours(seed)),
    "xor": lambda seed: _given(points.xor()),
    "gauss2": lambda seed: _given(points.gauss2(seed)),
    "notebook50": lambda seed: _given(points.notebook50()),
    "marks": clouds.marks,
    "wave20": clouds.wave20,
    "circles": partial(_drawn, clouds.circles),
    "moons": partial(_drawn, clouds.moons),
    "spiral": partial(_drawn, clouds.spiral),
    "ring8": clouds.ring8,
    "shapes": _shapes,
    **{f"adding{steps}": partial(_adding, steps) for steps in ADDING},
    **{f"remember{steps}": partial(_remember, steps) for steps in REMEMBER},
    "sines": _sines,
    "templated": lambda seed: sequences.templated(),
    "tinycorpus": words.tinycorpus,
    "mnist": lambda seed: mnist.data(standardised=False),
    "mnist-standardised": lambda seed: mnist.data(standardised=True),
}
