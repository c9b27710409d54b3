"""A hidden layer: forward, XOR by hand, and what is left without a bend."""

import numpy as np


def forward(x, W1, b1, W2, b2):
    """The output of a net with one hidden layer of ReLUs and a linear output, a row for each row of x.

    x: (rows, n); W1: (h, n); b1: (h,); W2: (m, h); b2: (m,). The result has shape (rows, m).
    """
    return np.zeros((len(x), len(b2)))


def xor(x):
    """`forward` with weights that you choose: two hidden units, one output, 0 1 1 0 at the corners. x: (rows, 2).

    Between the corners it should be relu(x1 + x2) - 2 relu(x1 + x2 - 1), as in the lesson.
    """
    return np.zeros((len(x), 1))


def collapse(A, a, B, b):
    """The pair (W, c) for which W x + c = B (A x + a) + b at every x: two layers without a bend, as one.

    A: (h, n); a: (h,); B: (m, h); b: (m,).
    """
    return np.zeros((len(b), A.shape[1])), np.zeros_like(b)
