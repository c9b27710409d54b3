"""A process that outlives the verdict."""

import os
import time

if os.fork() == 0:
    os.setsid()
    time.sleep(1)
    open("@CANARY@", "w").write("alive")


def score(w, b, x):
    return 0.0


def update(w, b, x, y, eta):
    return w, b
