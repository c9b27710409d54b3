"""Infinity."""



def score(w, b, x):
    return float("inf")


def update(w, b, x, y, eta):
    return [float("inf")] * len(w), float("inf")
