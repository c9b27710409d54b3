"""A result that is far too large."""



def score(w, b, x):
    return [0.0] * 10**7


def update(w, b, x, y, eta):
    return [0.0] * 10**7, 0.0
