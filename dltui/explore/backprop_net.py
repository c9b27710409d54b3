"""Small networks without biases, their values on the way forward and their gradients on the way back.

The backward is written out by hand, layer by layer: δ = ∂E/∂z, ∂E/∂w = δ · value before the weight (Rumelhart, Hinton
& Williams, Learning representations by back-propagating errors, 1986).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Activation = Literal["sigmoid", "tanh", "relu", "none"]
ACTIVATIONS: tuple[Activation, ...] = ("sigmoid", "tanh", "relu", "none")
Precision = Literal["float64", "float32"]
PRECISIONS: tuple[Precision, ...] = ("float64", "float32")
Row = tuple[float, ...]
Matrix = tuple[Row, ...]
LETTERS = "uv"
"""Of hidden layers, from the first on. Not h: that is the step of a difference."""
SUBSCRIPTS = "₁₂₃"


class Unit(NamedTuple):
    layer: int
    """0: the inputs."""
    place: int


class Edge(NamedTuple):
    layer: int
    """Of the unit it leads to."""
    to: int
    source: int

    @property
    def target(self) -> Unit:
        return Unit(self.layer, self.to)

    @property
    def origin(self) -> Unit:
        return Unit(self.layer - 1, self.source)


@dataclass(frozen=True)
class Net:
    weights: tuple[Matrix, ...]
    """weights[l][j][k] leads from unit k of layer l to unit j of layer l + 1."""
    inputs: Row
    target: float
    activation: Activation = "sigmoid"

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units of each layer, the inputs first."""
        return (len(self.inputs), *(len(matrix) for matrix in self.weights))

    @property
    def depth(self) -> int:
        return len(self.weights)

    @property
    def edges(self) -> tuple[Edge, ...]:
        """In the order in which the way forward takes them."""
        return tuple(
            Edge(layer, to, source)
            for layer, matrix in enumerate(self.weights, 1)
            for to, row in enumerate(matrix)
            for source in range(len(row))
        )

    def weight(self, edge: Edge) -> float:
        return self.weights[edge.layer - 1][edge.to][edge.source]

    def with_weight(self, edge: Edge, value: float) -> Net:
        stacked = [[list(row) for row in matrix] for matrix in self.weights]
        stacked[edge.layer - 1][edge.to][edge.source] = value
        return replace(self, weights=tuple(tuple(map(tuple, matrix)) for matrix in stacked))

    def name(self, unit: Unit) -> str:
        """x₁, u₂, y"""
        return _letter(unit, self.depth) + (SUBSCRIPTS[unit.place] if self.sizes[unit.layer] > 1 else "")

    def tex(self, unit: Unit) -> str:
        return _letter(unit, self.depth) + (f"_{unit.place + 1}" if self.sizes[unit.layer] > 1 else "")

    def arrow(self, edge: Edge) -> str:
        """x₁→u₂"""
        return f"{self.name(edge.origin)}→{self.name(edge.target)}"

    def stacks(self, precision: Precision = "float64") -> list[Array]:
        """The weights of each layer: (1, to, source)."""
        return [np.array([matrix], dtype=precision) for matrix in self.weights]

    def forward(self, stacks: list[Array]) -> list[Array]:
        """The values of each layer for n sets of weights, (n, to, source) each: (n, units), in the type of the weights.
        The inputs are the first."""
        values: list[Array] = [np.array([self.inputs], dtype=stacks[0].dtype)]
        for stack in stacks:
            values.append(activated(self.activation, np.einsum("njk,nk->nj", stack, np.broadcast_to(
                values[-1], (len(stack), values[-1].shape[1])
            ))))
        return values

    def losses(self, stacks: list[Array]) -> Array:
        """E = ½(y - t)² for each of n sets of weights: (n,)."""
        y = self.forward(stacks)[-1][:, 0]
        return np.asarray((y - y.dtype.type(self.target)) ** 2 / 2)

    @property
    def loss(self) -> float:
        return float(self.losses(self.stacks())[0])


@dataclass(frozen=True)
class Passes:
    """Everything that one way forward and one way back find out; by layer and unit, the inputs are layer 0."""

    sums: tuple[Row, ...]
    """z; of the inputs: themselves."""
    values: tuple[Row, ...]
    loss: float
    slope: float
    """∂E/∂y as the backward takes it."""
    arriving: tuple[Row, ...]
    """∂E/∂value; of the inputs too, though nobody needs it there."""
    slopes: tuple[Row, ...]
    """Of the activation, at z; empty for the inputs."""
    deltas: tuple[Row, ...]
    """∂E/∂z; empty for the inputs."""
    gradients: tuple[Matrix, ...]

    def value(self, unit: Unit) -> float:
        return self.values[unit.layer][unit.place]

    def delta(self, unit: Unit) -> float:
        return self.deltas[unit.layer][unit.place]

    def gradient(self, edge: Edge) -> float:
        return self.gradients[edge.layer - 1][edge.to][edge.source]


def passes(net: Net, flipped: bool = False, precision: Precision = "float64") -> Passes:
    """Forward and backward. flipped: with ∂E/∂y = t - y, which is wrong."""
    stacks = net.stacks(precision)
    values = [value[0] for value in net.forward(stacks)]
    weights = [stack[0] for stack in stacks]
    target = values[-1].dtype.type(net.target)
    error = values[-1] - target
    arriving = [-error if flipped else error]
    slopes: list[Array] = []
    deltas: list[Array] = []
    for weight, value in zip(reversed(weights), reversed(values[1:]), strict=True):
        slopes.insert(0, slope(net.activation, value))
        deltas.insert(0, arriving[0] * slopes[0])
        arriving.insert(0, deltas[0] @ weight)
    sums = [values[0], *(weight @ value for weight, value in zip(weights, values[:-1], strict=True))]
    gradients = [np.outer(delta, value) for delta, value in zip(deltas, values[:-1], strict=True)]
    return Passes(
        _rows(sums), _rows(values), float((error**2 / 2)[0]), float(arriving[-1][0]), _rows(arriving),
        ((), *_rows(slopes)), ((), *_rows(deltas)), tuple(_rows(list(gradient)) for gradient in gradients),
    )  # fmt: skip


def stepped(net: Net, found: Passes, eta: float, most: float) -> Net:
    """Every weight η times its gradient lower, none beyond ±most."""
    return replace(net, weights=tuple(
        tuple(
            tuple(min(max(w - eta * g, -most), most) for w, g in zip(row, slopes, strict=True))
            for row, slopes in zip(matrix, gradient, strict=True)
        )
        for matrix, gradient in zip(net.weights, found.gradients, strict=True)
    ))


def activated(activation: Activation, z: Array) -> Array:
    """Element by element, in the type of z."""
    match activation:
        case "sigmoid":
            return np.asarray(1 / (1 + np.exp(-z)))
        case "tanh":
            return np.asarray(np.tanh(z))
        case "relu":
            return np.maximum(z, 0)
        case "none":
            return z


def slope(activation: Activation, value: Array) -> Array:
    """The slope of the activation where its value is this. At 0 a ReLU is taken to have the slope 0."""
    match activation:
        case "sigmoid":
            return np.asarray(value * (1 - value))
        case "tanh":
            return np.asarray(1 - value**2)
        case "relu":
            return np.asarray((value > 0).astype(value.dtype))
        case "none":
            return np.ones_like(value)


NETS: Mapping[str, Net] = MappingProxyType({
    "2-2-2-1": Net((((0.1, 0.4), (-0.3, 0.2)), ((0.5, -0.2), (0.3, 0.1)), ((0.6, -0.4),)), (1.0, 0.5), 1.0),
    "one weight": Net((((0.3,),),), (0.8,), 1.0),
    "kink": Net((((0.5, 0.4), (0.3, -0.6)), ((0.6, -0.4),)), (1.0, 0.5), 1.0, "relu"),
})
"""In `kink` the second hidden unit stands at z = 0 exactly."""


def _rows(arrays: list[Array]) -> tuple[Row, ...]:
    return tuple(tuple(map(float, array.tolist())) for array in arrays)


def _letter(unit: Unit, depth: int) -> str:
    return "x" if unit.layer == 0 else "y" if unit.layer == depth else LETTERS[unit.layer - 1]
