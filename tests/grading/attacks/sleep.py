"""A long sleep."""

import time

time.sleep(3600)


def score(w, b, x):
    return 0.0


def update(w, b, x, y, eta):
    return w, b
