"""The arithmetic of layer sizes, in the names of the field (Dumoulin & Visin, A guide to convolution arithmetic, 2016).

All functions take and return whole numbers and raise ValueError with a sentence when they do not fit together.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

Axes = int | Sequence[int]
"""One number for every axis, or one number for each."""


def conv_size(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """Number of places a window takes along one axis: ⌊(size + 2·padding − span) / stride⌋ + 1.

    The span of the window is dilation·(kernel − 1) + 1; `padding` is added on both sides.
    """
    _at_least(1, size=size, kernel=kernel, stride=stride, dilation=dilation)
    _at_least(0, padding=padding)
    span = dilation * (kernel - 1) + 1
    if span > size + 2 * padding:
        room = f"{size}" if padding == 0 else f"{size} + 2·{padding} = {size + 2 * padding}"
        spread = "" if dilation == 1 else f" with dilation {dilation} spans {span} and"
        raise ValueError(f"a kernel of {kernel}{spread} does not fit into a size of {room}")
    return (size + 2 * padding - span) // stride + 1


def conv_transpose_size(size: int, kernel: int, stride: int = 1, padding: int = 0) -> int:
    """Size along one axis after a transposed convolution, the way back of `conv_size`:
    (size − 1)·stride + kernel − 2·padding."""
    _at_least(1, size=size, kernel=kernel, stride=stride)
    _at_least(0, padding=padding)
    grown = (size - 1) * stride + kernel
    if grown <= 2 * padding:
        raise ValueError(f"a padding of {padding} cuts off all of {grown}")
    return grown - 2 * padding


def conv_shape(
    shape: Sequence[int],
    kernel: Axes,
    stride: Axes = 1,
    padding: Axes = 0,
    dilation: Axes = 1,
    out: int | None = None,
) -> tuple[int, ...]:
    """Shape after a convolution.

    Without `out`, `shape` is what the window slides over: (size,) or (height, width). With `out`, the number of
    filters, it is (…, channels, height, width) and channels becomes `out`.
    """
    for size in shape:
        _at_least(1, **{"every axis": size})
    if out is None:
        if not 1 <= len(shape) <= 2:
            raise ValueError("a shape with channels needs out, the number of filters: conv_shape((3, 8, 8), 3, out=16)")
        return _slide(shape, kernel, stride, padding, dilation)
    _at_least(1, out=out)
    if len(shape) < 3:
        raise ValueError(f"with out the shape is (channels, height, width), not one with {_axes(len(shape))}")
    return (*shape[:-3], out, *_slide(shape[-2:], kernel, stride, padding, dilation))


def pool_shape(shape: Sequence[int], kernel: Axes, stride: Axes | None = None, padding: Axes = 0) -> tuple[int, ...]:
    """Shape after pooling: the last two axes shrink (the only one of (size,)), those before them stay.

    Without `stride` the windows lie side by side: stride = kernel.
    """
    for size in shape:
        _at_least(1, **{"every axis": size})
    if not shape:
        raise ValueError("a single number has no axis to pool over")
    return (*shape[:-2], *_slide(shape[-2:], kernel, kernel if stride is None else stride, padding, 1))


def linear_parameters(n_in: int, n_out: int, bias: bool = True) -> int:
    """Weights n_in·n_out, and one bias per output."""
    _at_least(1, n_in=n_in, n_out=n_out)
    return n_in * n_out + (n_out if bias else 0)


def conv_parameters(channels_in: int, channels_out: int, kernel: Axes, bias: bool = True) -> int:
    """Weights channels_in·channels_out·kernel area, and one bias per filter. One number for `kernel` means a square."""
    _at_least(1, channels_in=channels_in, channels_out=channels_out)
    sides = _each(kernel, 2, "kernel")
    _at_least(1, kernel=min(sides))
    return channels_out * (channels_in * prod(sides) + (1 if bias else 0))


def _slide(sizes: Sequence[int], kernel: Axes, stride: Axes, padding: Axes, dilation: Axes) -> tuple[int, ...]:
    settings = {"kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation}
    columns = [_each(value, len(sizes), name) for name, value in settings.items()]
    return tuple(conv_size(size, *of_axis) for size, *of_axis in zip(sizes, *columns, strict=True))


def _each(value: Axes, axes: int, name: str) -> Sequence[int]:
    if isinstance(value, int):
        return [value] * axes
    if len(value) != axes:
        raise ValueError(f"{name} has {len(value)} numbers for {_axes(axes)}")
    return value


def _at_least(low: int, **sizes: int) -> None:
    for name, size in sizes.items():
        if not isinstance(size, int) or isinstance(size, bool) or size < low:
            raise ValueError(f"{name} must be a whole number, at least {low}, not {size}")


def _axes(count: int) -> str:
    return "1 axis" if count == 1 else f"{count} axes"
