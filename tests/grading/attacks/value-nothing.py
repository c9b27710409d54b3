"""Nothing."""



def score(w, b, x):
    return None


def update(w, b, x, y, eta):
    return [None] * len(w), None
