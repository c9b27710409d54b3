"""A list that holds itself."""

circle = []
circle.append(circle)


def score(w, b, x):
    return circle


def update(w, b, x, y, eta):
    return circle, circle
