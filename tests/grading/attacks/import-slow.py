"""An import hook that never answers."""

import sys


class Slow:
    def find_spec(self, *_):
        while True:
            pass


sys.meta_path.insert(0, Slow())
import statistics


def score(w, b, x):
    return 0.0


def update(w, b, x, y, eta):
    return w, b
