"""Needs some memory."""

import numpy as np


def score(w, b, x):
    table = np.zeros((1000, 1000)) + np.eye(1000)
    table[0, : len(w)] = w
    return float(table[0, : len(w)] @ x + b)


def update(w, b, x, y, eta):
    return (w, b) if y * score(w, b, x) > 0 else (w + eta * y * x, b + eta * y)
