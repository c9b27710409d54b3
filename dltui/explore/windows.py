"""The arithmetic of sliding windows: padding, cross-correlation, pooling, and the way back of their gradients.

Images are (channels, height, width). What deep learning calls a convolution is a cross-correlation: the filter is not
flipped (Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from dltui.lesson.shapes import conv_shape

Array = NDArray[np.float64]
Places = NDArray[np.int64]
MODES: Mapping[str, Literal["constant", "reflect", "symmetric", "edge", "wrap"]] = MappingProxyType({
    "zeros": "constant", "reflect": "reflect", "symmetric": "symmetric", "replicate": "edge", "circular": "wrap",
})
"""The names of the field, and numpy's."""
OUTSIDE = -1


def padded(image: Array, padding: int, mode: str) -> Array:
    """The image with so many pixels more on each side."""
    return _padded(image, padding, mode, 0)


def sources(height: int, width: int, padding: int, mode: str) -> Places:
    """For each pixel of the padded image the one it was copied from, as row · width + column; OUTSIDE for zeros."""
    own = np.arange(height * width, dtype=np.int64).reshape(1, height, width)
    found: Places = _padded(own, padding, mode, OUTSIDE)[0]
    return found


def taps(at: tuple[int, int], kernel: int, stride: int = 1, dilation: int = 1) -> tuple[Places, Places]:
    """Rows and columns of the padded image that a window reads for one cell of the output."""
    reach = dilation * np.arange(kernel)
    return at[0] * stride + reach, at[1] * stride + reach


def read(image: Array, at: tuple[int, int], kernel: int, stride: int = 1, dilation: int = 1) -> Array:
    """What the window sees there: (channels, kernel, kernel). `image` is padded already."""
    rows, columns = taps(at, kernel, stride, dilation)
    return image[:, rows[:, None], columns]


def correlated(image: Array, weights: Array, stride: int = 1, dilation: int = 1) -> Array:
    """The feature map of one filter (channels, kernel, kernel) on a padded image, without a bias.

    Raises ValueError with a sentence where the filter does not fit.
    """
    found = _blank(image, weights.shape[-1], stride, dilation)
    for at in _cells(found):
        found[at] = (read(image, at, weights.shape[-1], stride, dilation) * weights).sum()
    return found


def image_gradient(
    back: Array, weights: Array, shape: tuple[int, int, int], padding: int, mode: str, stride: int, dilation: int
) -> Array:
    """The gradient of the image, in its own shape, when `back` is that of the map: each cell sends back the filter
    times its own gradient, and what comes to a padded pixel counts for the one it was copied from."""
    channels, height, width = shape
    found = np.zeros((channels, height + 2 * padding, width + 2 * padding))
    for at in _cells(back):
        rows, columns = taps(at, weights.shape[-1], stride, dilation)
        found[:, rows[:, None], columns] += back[at] * weights
    return _folded(found, shape, padding, mode)


def filter_gradient(back: Array, image: Array, kernel: int, stride: int, dilation: int) -> Array:
    """The gradient of the weights: what the window saw in each place times the gradient of that cell."""
    found = np.zeros((image.shape[0], kernel, kernel))
    for at in _cells(back):
        found += back[at] * read(image, at, kernel, stride, dilation)
    return found


def pooled(image: Array, kind: str, kernel: int, stride: int) -> Array:
    """The map (height, width) after `max` or `average` pooling of one channel. Raises ValueError as above."""
    found = _blank(image[None], kernel, stride, 1)
    for at in _cells(found):
        seen = read(image[None], at, kernel, stride)[0]
        found[at] = seen.max() if kind == "max" else seen.mean()
    return found


def shares(seen: Array, kind: str, ties: str = "first") -> Array:
    """How the gradient of a pooled cell is divided among what it was made of. ties: the first of several largest gets
    all of it, as in PyTorch's layer, or it is `split` between them, as in its `amax`."""
    if kind != "max":
        return np.full(seen.shape, 1 / seen.size)
    largest = seen == seen.max()
    if ties == "split":
        divided: Array = largest / largest.sum()
        return divided
    first = np.zeros(seen.size)
    first[int(seen.argmax())] = 1.0
    return first.reshape(seen.shape)


def pool_gradient(back: Array, image: Array, kind: str, kernel: int, stride: int, ties: str = "first") -> Array:
    """The gradient of what is pooled when `back` is that of the result."""
    found = np.zeros(image.shape)
    for at in _cells(back):
        rows, columns = taps(at, kernel, stride)
        window = (rows[:, None], columns)
        found[window] += back[at] * shares(image[window], kind, ties)
    return found


def _padded(image: NDArray[Any], padding: int, mode: str, fill: int) -> NDArray[Any]:
    around = [(0, 0), (padding, padding), (padding, padding)]
    how = MODES[mode]
    if how == "constant":
        return np.pad(image, around, mode="constant", constant_values=fill)
    return np.pad(image, around, mode=how)


def _folded(given: Array, shape: tuple[int, int, int], padding: int, mode: str) -> Array:
    channels, height, width = shape
    origin = sources(height, width, padding, mode).ravel()
    found = np.zeros((channels, height * width))
    kept = origin != OUTSIDE
    for channel in range(channels):
        np.add.at(found[channel], origin[kept], given[channel].ravel()[kept])
    return found.reshape(shape)


def _blank(image: Array, kernel: int, stride: int, dilation: int) -> Array:
    height, width = image.shape[-2:]
    return np.zeros(conv_shape((height, width), kernel, stride, 0, dilation))


def _cells(grid: Array) -> Iterator[tuple[int, int]]:
    """All its places, row by row."""
    for row in range(grid.shape[0]):
        for column in range(grid.shape[1]):
            yield row, column
