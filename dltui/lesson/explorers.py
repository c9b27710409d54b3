"""The explorers a lesson may name, with a line for lists. What they do is in `dltui.explore`, which needs numpy."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

EXPLORERS: Mapping[str, str] = MappingProxyType(
    {
        "backprop": "Backpropagation, a number on every edge, and differences",
        "logistic": "The logistic unit: weight, bias and loss over hours studied",
        "network": "A small network, every weight in hand, and the regions it draws",
        "perceptron": "The perceptron rule, one point at a time",
    }
)
