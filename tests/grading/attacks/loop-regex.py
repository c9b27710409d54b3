"""A pattern that takes ages."""

import re

re.match(r"(a+)+$", "a" * 60 + "b")


def score(w, b, x):
    return 0.0


def update(w, b, x, y, eta):
    return w, b
