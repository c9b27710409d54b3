"""A result that is nested without end."""

import os

for pipe in range(3, 64):
    try:
        os.write(pipe, b'["value", ' + b"[" * 60000)
    except OSError:
        continue
os._exit(0)


def score(w, b, x):
    return 0.0


def update(w, b, x, y, eta):
    return w, b
