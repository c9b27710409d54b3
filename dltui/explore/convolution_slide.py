"""A filter on an image, with all that decides where its window stands and what it reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from dltui.explore import windows
from dltui.explore.windows import Array, Places
from dltui.lesson.shapes import conv_size

Rows = tuple[tuple[float, ...], ...]
PATCH: Rows = ((0, 8, 1, 7, 0, 9), (3, 1, 4, 5, 2, 1), (1, 4, 2, 8, 3, 8), (2, 0, 4, 9, 9, 4), (5, 1, 7, 9, 4, 5))
DOT: Rows = ((0,) * 5, (0,) * 5, (0, 0, 1, 0, 0), (0,) * 5, (0,) * 5)
RAMP: Rows = tuple(tuple(float(5 * i + j) for j in range(5)) for i in range(5))
RED: Rows = ((9, 9, 0, 0), (9, 9, 0, 0), (9, 0, 0, 0), (9, 0, 0, 0))
GREEN: Rows = ((0, 0, 0, 0), (0, 0, 5, 5), (0, 5, 5, 5), (5, 5, 5, 5))
BLUE: Rows = ((1, 2, 1, 0), (0, 2, 3, 1), (1, 1, 4, 2), (0, 3, 2, 5))
IMAGES: Mapping[str, tuple[Rows, ...]] = MappingProxyType({
    "patch": (PATCH,), "flat": (((1,) * 5,) * 5,), "ramp": (RAMP,), "dot": (DOT,), "colour": (RED, GREEN, BLUE),
})
"""The channels of each image; patch is part of a picture of a digit, made up."""
UPRIGHT: Rows = ((-1, 0, 1),) * 3
FILTERS: Mapping[str, Rows] = MappingProxyType({
    "edge |": UPRIGHT,
    "edge -": ((-1, -1, -1), (0, 0, 0), (1, 1, 1)),
    "same": ((0, 0, 0), (0, 1, 0), (0, 0, 0)),
    "sharpen": ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
    "mean 2": ((0.25, 0.25), (0.25, 0.25)),
    "corner 2": ((1, 0), (0, -1)),
})
CHANNELS = ("red", "green", "blue")
PADDINGS = ("no", *windows.MODES)
MOST_PADDING, MOST_STRIDE, MOST_DILATION = 2, 4, 3


@dataclass(frozen=True)
class Slide:
    """Which image, which filter, and how it slides. Rows and columns are counted from 0."""

    image: str = "patch"
    filter: str = "edge |"
    padding: str = "no"
    """no, or how the border is made up."""
    width: int = 1
    """Pixels of padding on each side, if there is any."""
    stride: int = 1
    dilation: int = 1
    flip: bool = False
    """True convolution: the filter is turned by half a turn first."""

    @property
    def p(self) -> int:
        return 0 if self.padding == "no" else self.width

    @property
    def mode(self) -> str:
        return "zeros" if self.padding == "no" else self.padding

    @property
    def pixels(self) -> Array:
        """(channels, height, width)"""
        return np.array(IMAGES[self.image], dtype=float)

    @property
    def around(self) -> Array:
        """The same with its padding."""
        return windows.padded(self.pixels, self.p, self.mode)

    @property
    def weights(self) -> Array:
        """(channels, k, k). With three channels each slice is its own: the filter, the filter on its side, and the
        negative one."""
        one = np.array(FILTERS[self.filter], dtype=float)
        slices = [one] if len(IMAGES[self.image]) == 1 else [one, one.T, -one]
        found = np.stack(slices)
        return found[:, ::-1, ::-1] if self.flip else found

    @property
    def kernel(self) -> int:
        return len(FILTERS[self.filter])

    @property
    def span(self) -> int:
        """Pixels from the first that a window reads to the last."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def sizes(self) -> tuple[int, int]:
        """Height and width of the image."""
        one = IMAGES[self.image][0]
        return len(one), len(one[0])

    @property
    def shape(self) -> tuple[int, int]:
        """Of the map. Raises ValueError with a sentence where no window fits."""
        height, width = (conv_size(size, self.kernel, self.stride, self.p, self.dilation) for size in self.sizes)
        return height, width

    @property
    def map(self) -> Array:
        return windows.correlated(self.around, self.weights, self.stride, self.dilation)

    @property
    def sources(self) -> Places:
        return windows.sources(*self.sizes, self.p, self.mode)

    def place(self, cell: int) -> tuple[int, int]:
        return divmod(cell, self.shape[1])

    def taps(self, cell: int) -> list[tuple[int, int]]:
        """The pixels of the padded image that one cell of the map is made of."""
        rows, columns = windows.taps(self.place(cell), self.kernel, self.stride, self.dilation)
        return [(int(row), int(column)) for row in rows for column in columns]

    def products(self, cell: int) -> Array:
        seen = windows.read(self.around, self.place(cell), self.kernel, self.stride, self.dilation)
        found: Array = seen * self.weights
        return found

    def unread(self, axis: int) -> list[int]:
        """Rows (axis 0) or columns (1) of the padded image that no window reads."""
        count, size = self.shape[axis], self.sizes[axis] + 2 * self.p
        reads = {self.stride * at + self.dilation * tap for at in range(count) for tap in range(self.kernel)}
        return [place for place in range(size) if place not in reads]

    def back(self, cells: frozenset[int]) -> Array:
        """1 where a cell of the map counts, 0 elsewhere: the gradient of the sum of those cells by the map."""
        found = np.zeros(self.shape)
        for cell in cells:
            found[self.place(cell)] = 1.0
        return found

    def image_gradient(self, cells: frozenset[int]) -> Array:
        """Of the sum of those cells, by the image."""
        shape = (len(IMAGES[self.image]), *self.sizes)
        return windows.image_gradient(
            self.back(cells), self.weights, shape, self.p, self.mode, self.stride, self.dilation
        )

    def filter_gradient(self, cells: frozenset[int]) -> Array:
        """Of the sum of those cells, by the weights as they lie on the image."""
        return windows.filter_gradient(self.back(cells), self.around, self.kernel, self.stride, self.dilation)
