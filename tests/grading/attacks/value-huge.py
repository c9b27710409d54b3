"""A number with thousands of digits."""



def score(w, b, x):
    return 10**4000


def update(w, b, x, y, eta):
    return [10**4000] * len(w), 10**4000
