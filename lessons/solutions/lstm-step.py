import numpy as np


def sigmoid(z):
    return (1 + np.tanh(z / 2)) / 2


def gates(x, h, W, U, b):
    i, f, g, o = np.split(W @ x + U @ h + b, 4)
    return sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)


def step(x, h, c, W, U, b):
    i, f, g, o = gates(x, h, W, U, b)
    new = f * c + i * g
    return o * np.tanh(new), new


def step_backward(x, h, c, W, U, b, dh, dc):
    i, f, g, o = gates(x, h, W, U, b)
    t = np.tanh(f * c + i * g)
    total = dc + dh * o * (1 - t**2)
    dz = np.concatenate([
        total * g * i * (1 - i),
        total * c * f * (1 - f),
        total * i * (1 - g**2),
        dh * t * o * (1 - o),
    ])
    return W.T @ dz, U.T @ dz, total * f, np.outer(dz, x), np.outer(dz, h), dz
