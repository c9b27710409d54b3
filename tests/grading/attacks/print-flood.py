"""A flood of output."""

while True:
    print("x" * 10**6)


def score(w, b, x):
    return 0.0


def update(w, b, x, y, eta):
    return w, b
