"""Backward through three activations."""

import numpy as np


def sigmoid(z):
    """1/(1 + exp(-z)), element by element, for an array of any size. It should hold for z = -800 too."""
    return np.zeros_like(z)


def sigmoid_backward(z, d):
    """The gradient of the loss by z, when d is its gradient by sigmoid(z); all have the same shape."""
    return np.zeros_like(z)


def tanh_backward(z, d):
    """The gradient of the loss by z, when d is its gradient by tanh(z)."""
    return np.zeros_like(z)


def relu_backward(z, d):
    """The gradient of the loss by z, when d is its gradient by relu(z) = max(z, 0)."""
    return np.zeros_like(z)
