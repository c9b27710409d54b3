"""Max pooling, forward and backward."""

import numpy as np


def max_pool(x, k):
    """The largest number of each window of k x k; x has shape (n, channels, height, width).

    Windows lie side by side; rows and columns left over at the edge are not used.
    Returns an array of shape (n, channels, height//k, width//k).
    """
    return x


def max_pool_backward(x, d, k):
    """The gradient by x, when d is the gradient by the result of max_pool."""
    return np.zeros_like(x)
