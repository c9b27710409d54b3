"""One step of three optimisers."""

import numpy as np


def momentum(w, v, g, lr, beta):
    """The pair (w, v) after one step of gradient descent with momentum; w, v and the gradient g are (n,)."""
    return w, np.zeros_like(v)


def rmsprop(w, s, g, lr, alpha):
    """The pair (w, s) after one step; s is the running mean of the squared gradient. 1e-8 is added to its root."""
    return w, s


def adam(w, m, s, g, t, lr, beta1, beta2):
    """(w, m, s) after step t, counted from 1. m and s are the running means of the gradient and of its square.

    Both are corrected for their start at 0 where they are used, not where they are kept. 1e-8 is added to the root.
    """
    return w, m, s
