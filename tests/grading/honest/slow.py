"""Takes its time."""

import time


def score(w, b, x):
    time.sleep(0.002)
    return sum(w * x) + b


def update(w, b, x, y, eta):
    for _ in range(20000):
        pass
    return (w, b) if y * score(w, b, x) > 0 else (w + eta * y * x, b + eta * y)
