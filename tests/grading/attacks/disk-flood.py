"""A full disk."""

with open("@CANARY@.flood", "wb") as file:
    while True:
        file.write(bytes(10**7))


def score(w, b, x):
    return 0.0


def update(w, b, x, y, eta):
    return w, b
