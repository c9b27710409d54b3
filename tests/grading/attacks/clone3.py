"""A process by the newest call."""

import ctypes

if ctypes.CDLL(None).syscall(435, bytes(88), ctypes.c_size_t(88)) == 0:
    open("@CANARY@", "w").write("cloned")


def score(w, b, x):
    return 0.0


def update(w, b, x, y, eta):
    return w, b
