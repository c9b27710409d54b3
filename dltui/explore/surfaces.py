"""Loss surfaces over one or two weights, with their gradients: the landscapes that optimisers roll through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from dltui.scene import Pair

Value = Callable[[Any, Any], Any]
"""Of two floats a float, of two arrays an array."""
Gradient = Callable[[float, float], Pair]


@dataclass(frozen=True)
class Surface:
    """A loss of two weights x and y, of which `flat` ones have x alone."""

    name: str
    value: Value
    gradient: Gradient
    tex: str
    x: Pair
    y: Pair
    """What is shown; of a flat one the range of the loss."""
    start: Pair
    minima: tuple[Pair, ...]
    """The lowest places."""
    lr: tuple[float, float, float]
    """For rules that follow the slope: a learning rate that goes well, the highest offered, the step between two."""
    rate: float
    """One that goes well for rules that divide by the size of the slope."""
    bends: Pair = (0.0, 0.0)
    """The curvatures along x and y, where they are the same everywhere."""
    flat: bool = False

    @property
    def floor(self) -> float:
        return float(self.value(*self.minima[0]))


def bowl(a: float, b: float) -> tuple[Value, Gradient]:
    """½(a x² + b y²)"""
    return lambda x, y: (a * x * x + b * y * y) / 2, lambda x, y: (a * x, b * y)


def _dips(x: Any, y: Any) -> Any:
    return (x * x - 1) ** 2 + 0.3 * x + 0 * y


def _valleys(x: Any, y: Any) -> Any:
    return (x * x - 1) ** 2 + 0.3 * x + y * y


def _pull(x: float) -> float:
    return 4 * x * (x * x - 1) + 0.3


def _saddle(x: Any, y: Any) -> Any:
    return x * x / 2 - y * y / 2 + y * y * y * y / 4


def _banana(x: Any, y: Any) -> Any:
    """Rosenbrock 1960."""
    return (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x)


DEEP = -1.0355787066
"""Where (x² - 1)² + 0.3x is lowest: a root of 4x³ - 4x + 0.3."""

SURFACES: Mapping[str, Surface] = MappingProxyType({each.name: each for each in (
    Surface("curve", *bowl(4, 0), r"\frac{1}{2} \cdot 4 w^2", (-5, 5), (-4, 50), (4, 0), ((0, 0),),
            (0.1, 0.6, 0.01), 0.5, (4, 0), flat=True),
    Surface("two dips", _dips, lambda x, y: (_pull(x), 0.0), "(w^2 - 1)^2 + 0.3 w", (-1.9, 1.9), (-0.7, 4.5),
            (1.7, 0), ((DEEP, 0),), (0.02, 0.3, 0.01), 0.05, flat=True),
    Surface("bowl", *bowl(1, 1), r"\frac{1}{2}(x^2 + y^2)", (-5, 5), (-3, 3), (-4, 2), ((0, 0),),
            (0.2, 2.2, 0.05), 0.2, (1, 1)),
    Surface("ravine", *bowl(1, 100), r"\frac{1}{2}(x^2 + 100 y^2)", (-5, 5), (-2.5, 2.5), (-4, 2), ((0, 0),),
            (0.018, 0.045, 0.0005), 0.1, (1, 100)),
    Surface("saddle", _saddle, lambda x, y: (x, y * (y * y - 1)), r"\frac{1}{2}x^2 - \frac{1}{2}y^2 + \frac{1}{4}y^4",
            (-2.4, 2.4), (-1.5, 1.5), (-2, 0.001), ((0, 1), (0, -1)), (0.1, 1.0, 0.02), 0.05),
    Surface("valleys", _valleys, lambda x, y: (_pull(x), 2 * y), "(x^2 - 1)^2 + 0.3 x + y^2", (-2, 2), (-1.3, 1.3),
            (1.7, 1), ((DEEP, 0),), (0.02, 0.3, 0.01), 0.05),
    Surface("banana", _banana, lambda x, y: (2 * (x - 1) - 400 * x * (y - x * x), 200 * (y - x * x)),
            "(1 - x)^2 + 100 (y - x^2)^2", (-2, 2), (-1, 3), (-1.2, 1), ((1, 1),), (0.001, 0.004, 0.0001), 0.05),
)})  # fmt: skip
