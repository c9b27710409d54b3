"""Changes its arguments, which are its own copies."""


def score(w, b, x):
    w *= x
    return w.sum() + b


def update(w, b, x, y, eta):
    if y * score(w.copy(), b, x) <= 0:
        w += eta * y * x
        b += eta * y
    return w, b
