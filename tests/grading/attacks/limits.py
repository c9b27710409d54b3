"""The limits raised."""

import resource

for what in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE):
    resource.setrlimit(what, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
open("@CANARY@", "w").write("raised")


def score(w, b, x):
    return 0.0


def update(w, b, x, y, eta):
    return w, b
