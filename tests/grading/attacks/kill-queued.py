"""A signal by another call."""

import ctypes

ctypes.CDLL(None).sigqueue(@PID@, 9, 0)
ctypes.CDLL(None).syscall(200, @PID@, 9)
ctypes.CDLL(None).syscall(424, 3, 9, 0, 0)


def score(w, b, x):
    return 0.0


def update(w, b, x, y, eta):
    return w, b
