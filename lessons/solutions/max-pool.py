import numpy as np


def places(x, k):
    """Each output's indices with its window."""
    n, c, height, width = x.shape
    for a, b, i, j in np.ndindex(n, c, height // k, width // k):
        yield a, b, i, j, x[a, b, i * k : i * k + k, j * k : j * k + k]


def max_pool(x, k):
    out = np.zeros((*x.shape[:2], x.shape[2] // k, x.shape[3] // k))
    for a, b, i, j, window in places(x, k):
        out[a, b, i, j] = window.max()
    return out


def max_pool_backward(x, d, k):
    dx = np.zeros_like(x)
    for a, b, i, j, window in places(x, k):
        row, column = np.unravel_index(window.argmax(), window.shape)
        dx[a, b, i * k + row, j * k + column] = d[a, b, i, j]
    return dx
