"""A connection to a server."""

import socket

socket.create_connection(("127.0.0.1", @PORT@)).send(b"key")


def score(w, b, x):
    return 0.0


def update(w, b, x, y, eta):
    return w, b
