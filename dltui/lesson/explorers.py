"""The explorers a lesson may name, with a line for lists. What they do is in `dltui.explore`, which needs numpy."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

EXPLORERS: Mapping[str, str] = MappingProxyType(
    {
        "activation": "Activation functions and their slopes, saturation shaded, kinks",
        "backprop": "Backpropagation, a number on every edge, and differences",
        "borders": "Five ways to pad an image, on a row and on a square",
        "codes": "A digit squeezed into a few numbers, each of them in hand",
        "convolution": "A filter that slides over an image: products, sizes, the way back",
        "deep": "A deep net: signal forward, gradient back, a factor for each layer",
        "descent": "Seven optimisers on a loss surface: steps, trails, divergence",
        "drag": "A digit to drag before two trained networks, dense and of filters",
        "field": "What a cell deep in a stack of layers sees, and what the stack costs",
        "gan": "Generator against discriminator, ten moves a round, in a plane",
        "gates": "The gates of an LSTM and a GRU, step by step, to be frozen and moved",
        "latent": "A plane of codes to walk in, decoded under your feet",
        "logistic": "The logistic unit: weight, bias and loss over hours studied",
        "losses": "Three losses of one score, and a race down their slopes",
        "network": "A small network, every weight in hand, and the regions it draws",
        "perceptron": "The perceptron rule, one point at a time",
        "pooling": "Max and average pooling, and where the gradient goes back to",
        "reparametrised": "A random code that has a slope: mean, log-variance, noise",
        "shift": "A picture, its map and its pool, before and after a move",
        "softmax": "Scores, probabilities, temperature, and the pull on each score",
        "subspace": "A linear autoencoder on its way to the principal components",
        "unit": "One unit over twelve rows: awake, saturated or dead",
        "recall": "How far back through time a gradient reaches: RNN, GRU, LSTM",
        "unrolled": "A recurrent unit unrolled, there and back, one step at a time",
    }
)
