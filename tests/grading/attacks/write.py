"""A file of the grader written over."""

open("@CANARY@", "w").write("written")


def score(w, b, x):
    return 0.0


def update(w, b, x, y, eta):
    return w, b
