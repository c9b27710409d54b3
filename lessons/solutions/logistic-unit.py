import numpy as np


def output(x, b, w):
    z = b + w * x
    return np.exp(-np.logaddexp(0, -z))


def loss(x, t, b, w):
    z = b + w * x
    return np.mean(np.logaddexp(0, z) - t * z)


def slopes(x, t, b, w):
    wrong = output(x, b, w) - t
    return np.mean(wrong), np.mean(wrong * x)
