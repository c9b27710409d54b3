"""The explorers a lesson may name, with a line for lists. What they do is in `dltui.explore`, which needs numpy."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

EXPLORERS: Mapping[str, str] = MappingProxyType(
    {
        "backprop": "Backpropagation, a number on every edge, and differences",
        "borders": "Five ways to pad an image, on a row and on a square",
        "convolution": "A filter that slides over an image: products, sizes, the way back",
        "deep": "A deep net: signal forward, gradient back, a factor for each layer",
        "gates": "The gates of an LSTM and a GRU, step by step, to be frozen and moved",
        "gan": "Generator against discriminator, ten moves a round, in a plane",
        "logistic": "The logistic unit: weight, bias and loss over hours studied",
        "network": "A small network, every weight in hand, and the regions it draws",
        "pooling": "Max and average pooling, and where the gradient goes back to",
        "perceptron": "The perceptron rule, one point at a time",
    }
)
