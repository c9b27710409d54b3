"""The program ends at once."""

import sys

sys.exit(0)


def score(w, b, x):
    return 0.0


def update(w, b, x, y, eta):
    return w, b
