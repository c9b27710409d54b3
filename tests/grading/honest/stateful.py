"""Remembers, catches and checks."""

import functools

CALLS = []


@functools.cache
def sign(y):
    return 1 if y > 0 else -1


def score(w, b, x):
    CALLS.append(len(w))
    assert w.shape == x.shape, "one weight for each number"
    return (w[None] @ x[:, None]).item() + b


def update(w, b, x, y, eta):
    try:
        unknown
    except NameError:
        pass
    if not sign(y) * score(w, b, x) > 0:
        w, b = w + eta * sign(y) * x, b + eta * sign(y)
    return [w, b]
