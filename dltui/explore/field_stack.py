"""What one cell deep in a stack of convolutions and pools can see, along one axis, and what the stack costs.

Sizes, jumps and fields after Dumoulin and Visin (2016) and Araujo, Norris and Sim (Computing receptive fields of
convolutional neural networks, 2019).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dltui.lesson.shapes import conv_parameters, conv_size

Array = NDArray[np.float64]
KINDS = ("conv", "pool")
PADDINGS = ("no", "same")
MOST_KERNEL, MOST_STRIDE, MOST_DILATION, MOST_FILTERS, MOST_LAYERS = 11, 4, 8, 512, 8
WRITTEN = re.compile(r"(conv|pool) (\d{1,2})((?: [sdf]\d{1,3})*)( same)?")
EXAMPLE = "'conv 3', 'conv 5 s2 d1 f16 same' or 'pool 2'"


@dataclass(frozen=True)
class Layer:
    kind: str = "conv"
    kernel: int = 3
    stride: int = 1
    dilation: int = 1
    filters: int = 8
    """Channels that come out of a convolution; a pool keeps those that come in."""
    same: bool = False
    """Padded by half of what the window spans, so that stride 1 keeps the size if the span is odd."""

    @classmethod
    def read(cls, text: str) -> Layer:
        """From `conv 3 s2 d1 f16 same` or `pool 2`; a pool's stride is its kernel unless it says so. Raises ValueError
        with a sentence."""
        found = WRITTEN.fullmatch(text)
        if not found:
            raise ValueError(f"a layer is written as {EXAMPLE}, not as {text!r}")
        kind, kernel, more, same = found[1], int(found[2]), found[3].split(), bool(found[4])
        given = {each[0]: int(each[1:]) for each in more}
        layer = cls(kind, kernel, given.get("s", kernel if kind == "pool" else 1), given.get("d", 1),
                    given.get("f", 8), same)  # fmt: skip
        limits = {"kernel": (layer.kernel, MOST_KERNEL), "stride s": (layer.stride, MOST_STRIDE),
                  "dilation d": (layer.dilation, MOST_DILATION), "filters f": (layer.filters, MOST_FILTERS)}
        for name, (value, most) in limits.items():
            if not 1 <= value <= most:
                raise ValueError(f"{name} of {text!r} lies between 1 and {most}")
        if kind == "pool" and (layer.same or "d" in given or "f" in given):
            raise ValueError(f"{text!r}: a pool has a kernel and a stride, nothing else")
        return layer

    @property
    def span(self) -> int:
        """Pixels from the first to the last one that a window reads."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def padding(self) -> int:
        return (self.span - 1) // 2 if self.same else 0

    @property
    def title(self) -> str:
        marks = [f"s{self.stride}"] * (self.stride != (1 if self.kind == "conv" else self.kernel))
        return " ".join([f"{self.kind} {self.kernel}", *marks, *[f"d{self.dilation}"] * (self.dilation > 1)])

    def size(self, size: int) -> int:
        """Cells along one axis. Raises ValueError with a sentence where no window fits."""
        return conv_size(size, self.kernel, self.stride, self.padding, self.dilation)


class Level(NamedTuple):
    """The picture, or what has come out of a layer."""

    size: int
    """Cells along one axis."""
    channels: int
    parameters: int
    """Of this layer alone."""
    multiplications: int
    """Of this layer alone, for one picture."""
    field: int
    """Pixels, from the first to the last, that one cell depends on."""
    jump: int
    """Pixels from one cell to the next."""
    centre: float
    """Where the first cell looks: the middle of its field, in pixels from the middle of pixel 0."""


@dataclass(frozen=True)
class Stack:
    size: int
    """Pixels on each side of the picture."""
    channels: int
    layers: tuple[Layer, ...]

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """The picture first, then what comes out of each layer. Raises ValueError with a sentence."""
        found = [Level(self.size, self.channels, 0, 0, 1, 1, 0.0)]
        for number, layer in enumerate(self.layers, 1):
            below = found[-1]
            try:
                size = layer.size(below.size)
            except ValueError as error:
                raise ValueError(f"layer {number}, {layer.title}: {error}") from None
            conv = layer.kind == "conv"
            channels = layer.filters if conv else below.channels
            reach = layer.span - 1
            found.append(Level(
                size, channels,
                conv_parameters(below.channels, channels, layer.kernel) if conv else 0,
                below.channels * channels * layer.kernel**2 * size**2 if conv else 0,
                below.field + reach * below.jump, below.jump * layer.stride,
                below.centre + (reach / 2 - layer.padding) * below.jump,
            ))  # fmt: skip
        return tuple(found)

    def seen(self, depth: int, cell: int) -> tuple[tuple[int, ...], ...]:
        """For the picture and each layer up to `depth` the cells that this cell of layer `depth` depends on."""
        found: list[tuple[int, ...]] = [(cell,)]
        for level in range(depth, 0, -1):
            layer, below = self.layers[level - 1], self.levels[level - 1].size
            taps = {tap for at in found[0] for tap in self.taps(layer, at) if 0 <= tap < below}
            found.insert(0, tuple(sorted(taps)))
        return tuple(found)

    def ways(self, depth: int, cell: int) -> Array:
        """(size,): on how many ways each pixel reaches this cell of layer `depth`, along one axis. It is the gradient
        of the cell by the pixels if all weights are 1 and nothing is cut off in between."""
        counts = np.zeros(self.levels[depth].size)
        counts[cell] = 1.0
        for level in range(depth, 0, -1):
            layer, below = self.layers[level - 1], np.zeros(self.levels[level - 1].size)
            for at in np.flatnonzero(counts):
                for tap in self.taps(layer, int(at)):
                    if 0 <= tap < below.size:
                        below[tap] += counts[at]
            counts = below
        return counts

    @staticmethod
    def taps(layer: Layer, cell: int) -> Sequence[int]:
        """What the window of a cell reads in the level below; some of it may lie in the padding."""
        first = cell * layer.stride - layer.padding
        return range(first, first + layer.span, layer.dilation)

    def place(self, depth: int, cell: int) -> float:
        """Where a cell of layer `depth` stands over the pixels."""
        level = self.levels[depth]
        return level.centre + cell * level.jump


STACKS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "three 3×3": ("conv 3", "conv 3", "conv 3"),
    "one 7×7": ("conv 7",),
    "conv and pool": ("conv 3 same", "pool 2", "conv 3 f16 same", "pool 2"),
    "strides": ("conv 3 s2 same", "conv 3 s2 f16 same", "conv 3 s2 f32 same"),
    "dilated": ("conv 3", "conv 3 d2", "conv 3 d4"),
    "deep": ("conv 3 f16 same", "conv 3 f16 same", "pool 2", "conv 3 f32 same", "conv 3 f32 same", "pool 2",
             "conv 3 f64 same", "conv 1 f10 same"),
})  # fmt: skip
