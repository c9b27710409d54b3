import numpy as np


def momentum(w, v, g, lr, beta):
    v = beta * v + g
    return w - lr * v, v


def rmsprop(w, s, g, lr, alpha):
    s = alpha * s + (1 - alpha) * g**2
    return w - lr * g / (np.sqrt(s) + 1e-8), s


def adam(w, m, s, g, t, lr, beta1, beta2):
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * g**2
    way = m / (1 - beta1**t)
    size = np.sqrt(s / (1 - beta2**t))
    return w - lr * way / (size + 1e-8), m, s
