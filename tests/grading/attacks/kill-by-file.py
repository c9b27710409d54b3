"""A signal through the owner of a descriptor."""

import fcntl
import os

fcntl.fcntl(1, fcntl.F_SETOWN, @PID@)
fcntl.fcntl(1, fcntl.F_SETFL, os.O_ASYNC)


def score(w, b, x):
    return 0.0


def update(w, b, x, y, eta):
    return w, b
