"""Processes without end."""

import os

while True:
    try:
        os.fork()
    except OSError:
        break
    open("@CANARY@", "w").write("forked")


def score(w, b, x):
    return 0.0


def update(w, b, x, y, eta):
    return w, b
