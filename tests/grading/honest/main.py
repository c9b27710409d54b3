"""With a part that runs alone."""

import sys

import numpy as np


def score(w, b, x):
    return float(np.inner(w, x) + b)


def update(w, b, x, y, eta):
    if y * score(w, b, x) > 0:
        return np.array(w), np.float64(b)
    return np.add(w, eta * y * x), np.float64(b) + eta * y


if __name__ == "__main__":
    sys.exit(str(update(np.zeros(2), 0, np.ones(2), 1, 1)))
