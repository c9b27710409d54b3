"""A limit of time that is caught."""

import signal

signal.signal(signal.SIGXCPU, lambda *_: None)
while True:
    pass


def score(w, b, x):
    return 0.0


def update(w, b, x, y, eta):
    return w, b
