"""No library."""


def score(w, b, x):
    total = b
    for one, other in zip(w, x):
        total += one * other
    return total


def update(w, b, x, y, eta):
    if score(w, b, x) * y <= 0:
        return [one + eta * y * other for one, other in zip(w, x)], b + eta * y
    return list(w), b
