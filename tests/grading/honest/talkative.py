"""Prints a lot, as one does while looking for a mistake."""

import numpy as np


def score(w, b, x):
    print("score", w, b, x, "…" * 400)
    return np.dot(w, x) + b


def update(w, b, x, y, eta):
    for _ in range(40):
        print("update", w, b, x, y, eta, "é" * 100)
    wrong = y * score(w, b, x) <= 0
    return (w + eta * y * x, b + eta * y) if wrong else (w, b)
