"""MNIST, where somebody has fetched it: 60000 pictures of handwritten digits to learn from and 10000 held out.

The standard split and order (LeCun, Cortes & Burges). It does not come with dltui.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dltui.engine.npz import NpzError, read
from dltui.engine.rows import Data, DataError
from dltui.places import data_dir

MEAN, SPREAD = 0.1307, 0.3081
"""Of all training pixels, scaled to 0 … 1."""
ABSENT = (
    "MNIST is not on this machine: `dltui data fetch mnist` brings it (12 MB), and the data set digits28 stands in for"
    " it until then"
)


@dataclass(frozen=True)
class Part:
    """One of the four files that MNIST is published in, and one array."""

    name: str
    """Of the array in the .npz"""
    file: str
    """As published, without the .gz"""
    shape: tuple[int, ...]
    sha256: str
    """Of the bytes of the array, which are those of the file after its header"""


PARTS = (
    Part("x_train", "train-images-idx3-ubyte", (60000, 28, 28),
         "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757"),
    Part("y_train", "train-labels-idx1-ubyte", (60000,),
         "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13"),
    Part("x_test", "t10k-images-idx3-ubyte", (10000, 28, 28),
         "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161"),
    Part("y_test", "t10k-labels-idx1-ubyte", (10000,),
         "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5"),
)  # fmt: skip


def file() -> Path:
    """Where the four arrays lie once they are fetched."""
    return data_dir() / "mnist" / "mnist.npz"


def data(standardised: bool) -> Data:
    """Pictures (1, 28, 28) of values 0 … 1, or shifted and scaled to mean 0 and spread 1. Raises DataError."""
    try:
        arrays = read(file())
    except FileNotFoundError:
        raise DataError(ABSENT) from None
    except NpzError as error:
        raise DataError(f"MNIST cannot be read from {file()}: fetch it again with `dltui data fetch mnist`") from error
    shapes = {part.name: (part.shape, np.dtype(np.uint8)) for part in PARTS}
    if {name: (array.shape, array.dtype) for name, array in arrays.items()} != shapes:
        raise DataError(f"{file()} does not hold MNIST: fetch it again with `dltui data fetch mnist`")
    x, x_test = (_pictures(arrays[name], standardised) for name in ("x_train", "x_test"))
    return Data(x, arrays["y_train"].astype(np.int64), x_test, arrays["y_test"].astype(np.int64))


def _pictures(pixels: NDArray[np.uint8], standardised: bool) -> NDArray[np.float32]:
    scaled = pixels[:, None].astype(np.float32) / np.float32(255)
    if standardised:
        scaled -= np.float32(MEAN)
        scaled /= np.float32(SPREAD)
    return scaled
