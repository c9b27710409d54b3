"""Softmax and cross entropy, forward and backward."""

import numpy as np


def loss(z, labels):
    """The mean over the rows of -log softmax(z)[label]; z has shape (n, k), labels (n,) holds 0 … k-1.

    Scores may be as large as 1000.
    """
    return 0.0


def loss_backward(z, labels):
    """The gradient of `loss` by z, of shape (n, k)."""
    return np.zeros_like(z)
