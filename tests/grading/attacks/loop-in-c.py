"""An endless computation inside of one instruction."""

print(len(str(3 ** 10 ** 9)))


def score(w, b, x):
    return 0.0


def update(w, b, x, y, eta):
    return w, b
