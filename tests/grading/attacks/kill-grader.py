"""The grader is killed."""

import os

os.kill(@PID@, 9)


def score(w, b, x):
    return 0.0


def update(w, b, x, y, eta):
    return w, b
