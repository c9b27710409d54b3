import numpy as np


def spread(fan_in, fan_out, relu):
    return np.sqrt(2 / fan_in) if relu else np.sqrt(2 / (fan_in + fan_out))


def block(x, w):
    return x + np.tanh(x @ w.T)


def block_backward(x, w, d):
    dz = d * (1 - np.tanh(x @ w.T) ** 2)
    return d + dz @ w, dz.T @ x
