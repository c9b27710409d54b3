"""One formula for both cases."""


def score(w, b, x):
    return w @ x + b


def update(w, b, x, y, eta):
    move = eta * y * (y * score(w, b, x) <= 0)
    return w + move * x, b + move
