"""A text."""



def score(w, b, x):
    return "right"


def update(w, b, x, y, eta):
    return ["right"] * len(w), "right"
