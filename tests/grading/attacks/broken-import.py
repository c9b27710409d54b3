"""A library that is not there."""

import requests


def score(w, b, x):
    return 0.0


def update(w, b, x, y, eta):
    return w, b
