"""A crash of the interpreter."""

import ctypes

ctypes.string_at(0)


def score(w, b, x):
    return 0.0


def update(w, b, x, y, eta):
    return w, b
