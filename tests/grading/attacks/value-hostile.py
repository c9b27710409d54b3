"""An object whose every method is a trap."""

class Trap:
    def __getattr__(self, name):
        raise SystemExit(name)

    def __repr__(self):
        while True:
            pass


def score(w, b, x):
    return Trap()


def update(w, b, x, y, eta):
    return Trap(), Trap()
