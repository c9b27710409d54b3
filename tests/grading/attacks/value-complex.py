"""A number of another kind."""



def score(w, b, x):
    return 1j


def update(w, b, x, y, eta):
    return [1j] * len(w), 1j
