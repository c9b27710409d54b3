"""The tables of a convolution: image, filter, products and map, or the gradients that come back to them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from dltui.explore import windows
from dltui.explore.convolution_slide import CHANNELS, Slide
from dltui.explore.numerals import number
from dltui.explore.windows import Array
from dltui.scene import Cell, Ring, Scene, Table

UNKNOWN = "·"
GREYEST = 0.85
"""White itself would be louder than the numbers."""


def forward(slide: Slide, at: int, terms: int | None, filled: Collection[int]) -> Scene:
    """terms: how many products of the window are done; None: all, and their sum stands in the map."""
    taps, colours = slide.taps(at), len(slide.weights) > 1
    # the product done last: its channel and its place in the window
    here, now = divmod(terms - 1, len(taps)) if terms else (-1, -1)
    tables = []
    for channel, values in enumerate(slide.around):
        rows = _pixels(slide, values, taps, taps[now] if channel == here else None)
        tables.append(Table(rows, CHANNELS[channel] if colours else _image_title(slide)))
    for channel, values in enumerate(slide.weights):
        title = f"for {CHANNELS[channel]}" if colours else _filter_title(slide)
        rows, first = _weights(values, now if channel == here else -1), not channel
        tables.append(Table(rows, title, sign="×" if first else "", below=colours and first))
    if not colours:
        least = max(len(_product(w, x)) for w in slide.weights.flat for x in (slide.around.min(), slide.around.max()))
        tables.append(Table(_products(slide, at, terms), "products", sign="=", least=least, spare=True))
    (height, width), least = slide.shape, max(len(number(float(value), 3)) for value in slide.map.flat)
    rows = _map(slide, at, terms, filled)
    tables.append(Table(rows, f"map {height}×{width}", sign="→", ramp="classes", least=least))
    return _scene(tables)


def backward(slide: Slide, at: int, filled: frozenset[int]) -> Scene:
    """E is the sum of the filled cells: its gradients by the map, the image and the filter."""
    tables = []
    origin, colours = slide.sources, len(slide.weights) > 1
    reached = {int(origin[tap]) for tap in slide.taps(at)}
    for channel, values in enumerate(slide.image_gradient(filled)):
        title = CHANNELS[channel] if colours else "∂E/∂image"
        tables.append(Table(_shaded(values, reached), title, ramp="classes"))
    for channel, values in enumerate(slide.filter_gradient(filled)):
        title = f"for {CHANNELS[channel]}" if colours else "∂E/∂filter"
        tables.append(Table(_shaded(values, ()), title, ramp="classes", below=colours and not channel))
    tables.append(Table(_shaded(slide.back(filled), {at}), "∂E/∂map", sign="←", ramp="classes"))
    return _scene(tables)


def _scene(tables: list[Table]) -> Scene:
    return Scene((0.0, 1.0), (0.0, 1.0), (), axes=False, tables=tuple(tables))


def _image_title(slide: Slide) -> str:
    height, width = slide.sizes
    return f"image {height}×{width}{f', +{slide.p} around' if slide.p else ''}"


def _filter_title(slide: Slide) -> str:
    return "flipped" if slide.flip else f"filter {slide.kernel}×{slide.kernel}"


Cells = tuple[tuple[Cell, ...], ...]


def _pixels(slide: Slide, values: Array, taps: Sequence[tuple[int, int]], now: tuple[int, int] | None) -> Cells:
    """Pixels shaded by their brightness; padding, and what no window reads, in faint figures."""
    unread = slide.unread(0), slide.unread(1)
    top = max(1.0, float(values.max()))
    height, width = slide.sizes

    def cell(i: int, j: int) -> Cell:
        own = slide.p <= i < height + slide.p and slide.p <= j < width + slide.p
        shown = own and i not in unread[0] and j not in unread[1]
        value = float(values[i, j])
        ring: Ring = "ring" if (i, j) == now else "window" if (i, j) in taps else ""
        return Cell(number(value), "text" if shown else "faint", GREYEST * value / top if shown else None, ring)

    return tuple(tuple(cell(i, j) for j in range(values.shape[1])) for i in range(values.shape[0]))


def _weights(values: Array, now: int) -> Cells:
    width = values.shape[1]
    return tuple(
        tuple(Cell(number(float(w)), mark="ring" if i * width + j == now else "") for j, w in enumerate(row))
        for i, row in enumerate(values)
    )


def _products(slide: Slide, at: int, terms: int | None) -> Cells:
    """The products written out as far as they are done."""
    k = slide.kernel
    seen = windows.read(slide.around, slide.place(at), k, slide.stride, slide.dilation)[0]

    def cell(place: int) -> Cell:
        if terms is not None and place >= terms:
            return Cell(UNKNOWN, "faint")
        weight, value = slide.weights[0].flat[place], seen.flat[place]
        ring: Ring = "ring" if terms is not None and place == terms - 1 else ""
        return Cell(_product(weight, value), "text" if weight else "faint", mark=ring)

    return tuple(tuple(cell(i * k + j) for j in range(k)) for i in range(k))


def _product(weight: float, value: float) -> str:
    return f"{number(weight)}·{number(value)}"


def _map(slide: Slide, at: int, terms: int | None, filled: Collection[int]) -> Cells:
    values = slide.map
    width, top = values.shape[1], max(1.0, float(np.abs(values).max()))

    def cell(place: int) -> Cell:
        value = float(values.flat[place])
        ring: Ring = "window" if place == at else ""
        if place == at and terms is not None:
            return Cell("?", "accent", mark=ring)
        if place not in filled:
            return Cell(UNKNOWN, "faint", mark=ring)
        return Cell(number(value, 3), "text", 0.5 + value / top / 2, ring)

    return tuple(tuple(cell(i * width + j) for j in range(width)) for i in range(values.shape[0]))


def _shaded(values: Array, marked: Collection[int]) -> Cells:
    """Signed numbers; the marked ones, counted row by row, framed."""
    width, top = values.shape[1], max(1.0, float(np.abs(values).max()))

    def cell(place: int) -> Cell:
        value = float(values.flat[place])
        return Cell(number(value, 3), "text", 0.5 + value / top / 2, "window" if place in marked else "")

    return tuple(tuple(cell(i * width + j) for j in range(width)) for i in range(values.shape[0]))
