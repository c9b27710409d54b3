import numpy as np


def score(w, b, x):
    return np.dot(w, x) + b


def update(w, b, x, y, eta):
    if y * score(w, b, x) > 0:
        return w, b
    return w + eta * y * x, b + eta * y
