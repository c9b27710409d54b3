"""The solution, read by numpy."""

import numpy as np

SOURCE = np.fromfile("@KEY@", dtype="u1").tobytes()


space = {}
exec(SOURCE, space)
score, update = space["score"], space["update"]
