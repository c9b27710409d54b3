"""A connection by a library."""

import urllib.request

urllib.request.urlopen("http://127.0.0.1:@PORT@/")


def score(w, b, x):
    return 0.0


def update(w, b, x, y, eta):
    return w, b
