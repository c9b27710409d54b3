"""Recursion without end."""

import sys

sys.setrecursionlimit(10**9)


def down():
    down()


down()


def score(w, b, x):
    return 0.0


def update(w, b, x, y, eta):
    return w, b
