"""A local socket without a file."""

import socket

socket.socket(socket.AF_UNIX).connect("\0dltui-attack")


def score(w, b, x):
    return 0.0


def update(w, b, x, y, eta):
    return w, b
