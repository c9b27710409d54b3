"""How wide weights start, and a block with a way around it."""

import numpy as np


def spread(fan_in, fan_out, relu):
    """The standard deviation of the weights of a layer with so many inputs and outputs.

    He's if `relu` is 1, Xavier's if it is 0.
    """
    return 1.0


def block(x, w):
    """x + tanh(x w^T): x is (rows, n), w is (n, n), row i of w holds the weights of unit i. Returns (rows, n)."""
    return np.zeros_like(x)


def block_backward(x, w, d):
    """The gradients of the loss by x and by w, as a pair, when d is its gradient by block(x, w)."""
    return np.zeros_like(x), np.zeros_like(w)
