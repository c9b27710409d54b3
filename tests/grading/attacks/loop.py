"""A loop without end."""

while True:
    pass


def score(w, b, x):
    return 0.0


def update(w, b, x, y, eta):
    return w, b
