"""All the memory there is."""

data = []
while True:
    data.append(bytearray(10**8))


def score(w, b, x):
    return 0.0


def update(w, b, x, y, eta):
    return w, b
