"""An array of objects, loaded from bytes, that runs a command while it is unpickled."""

import io
import os
import pickle

import numpy as np


class Command:
    def __reduce__(self):
        return os.system, ("echo yours > @CANARY@",)


raw = io.BytesIO()
np.save(raw, np.zeros(1))
try:
    pickle.loads(pickle.dumps(Command()))
except OSError:
    pass


def score(w, b, x):
    return np.array([Command(), object()], dtype=object)


def update(w, b, x, y, eta):
    return np.array([pickle.dumps(Command())], dtype=object), np.datetime64("now")
