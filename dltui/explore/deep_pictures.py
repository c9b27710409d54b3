"""The pictures of the deep net: sizes by layer on a logarithmic scale, where its units stand, what they put out."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from dltui.explore.deep_net import Activation, Array, bent, slope
from dltui.scene import Heat, Item, Label, Line, Mark, Pair, Scene

BELOW = 3.0
"""Decades from the smallest size down to where 0 is drawn."""
FARTHEST = 12.0
"""Of z on the slope, where all slopes are flat or even; what lies beyond stands at the edge."""
BINS = 24


def sizes(forward: Sequence[float], backward: Sequence[float], at: int, names: tuple[str, str]) -> Scene:
    """Both on their way: `forward` and `backward` hold one size in front of each layer and one behind the last; the
    way back is drawn as far as to the place in front of layer `at`, counted from 1."""
    depth = len(forward) - 1
    there, whole = _logs(forward), _logs(backward)
    back = whole[at - 1 :]
    levels = [level for _, level in [*there, *whole]]
    low, high = min(-1.0, math.floor(min(levels) - 0.3)), max(1.0, math.ceil(max(levels) + 0.3))
    items: list[Item] = [
        Line(((0.0, 0.0), (float(depth), 0.0)), "faint", dashed=True),
        Line(tuple(there), "model", name=names[0]),
        Line(tuple(back), "second", name=names[1]),
    ]
    items += [Mark(x, y, "second") for x, y in back]
    items.append(Mark(*back[0], "chosen"))
    return Scene((-0.3, depth + 0.3), (low, high), tuple(items), "size by layer", "layer", "log₁₀")


def slopes(activation: Activation, z: Sequence[float], at: int) -> Scene:
    """The slope of the activation, and where on it each layer stands."""
    reach = min(FARTHEST, max(5.0, 1.1 * max(map(abs, z))))
    z = [min(max(each, -reach), reach) for each in z]
    grid = np.linspace(-reach, reach, 161)
    curve = slope(activation, grid)
    steep = 1.1 * max(0.3, float(curve.max()))
    heights = slope(activation, np.array(z)).tolist()
    items: list[Item] = [Line(tuple(zip(grid.tolist(), curve.tolist(), strict=True)), "model")]
    items += [Mark(x, y, "second") for x, y in zip(z, heights, strict=True)]
    items += [Mark(z[at - 1], heights[at - 1], "chosen"), Label(z[at - 1], heights[at - 1] + steep / 8, f"layer {at}")]
    return Scene((-reach, reach), (0.0, steep), tuple(items), "slope, and where the layers stand", "z", "f′(z)")


def outputs(activation: Activation, z: Sequence[Array], at: int) -> Scene:
    """How what the units put out is spread: a column for each layer."""
    values = [bent(activation, each).ravel() for each in z]
    box = _range(activation, values)
    counts = np.array([np.histogram(each, BINS, box)[0] for each in values], dtype=float)
    shares = (counts / np.maximum(counts.max(axis=1, keepdims=True), 1.0)).T[::-1]
    rows = tuple(tuple(row) for row in shares.tolist())
    width = box[1] - box[0]
    items = (Heat(rows, 0.0, 1.0, "grey"), Mark(float(at), box[0] + width / (2 * BINS), "chosen"))
    return Scene((0.5, len(z) + 0.5), box, items, "outputs of the units, bright: many", "layer", "f(z)")


def _range(activation: Activation, values: Sequence[Array]) -> Pair:
    match activation:
        case "sigmoid":
            return 0.0, 1.0
        case "tanh":
            return -1.0, 1.0
        case "relu":
            return 0.0, max(1e-3, max(float(np.quantile(each, 0.98)) for each in values))


def _logs(values: Sequence[float]) -> list[Pair]:
    """The place and the logarithm of each; that of 0 some way below all others."""
    floor = min((math.log10(value) for value in values if value > 0), default=0.0) - BELOW
    return [(float(place), math.log10(value) if value > 0 else floor) for place, value in enumerate(values)]
