import numpy as np


def forward(X, W1, b1, W2, b2):
    Z = X @ W1.T + b1
    H = np.tanh(Z)
    return Z, H, H @ W2.T + b2


def loss(X, T, W1, b1, W2, b2):
    Y = forward(X, W1, b1, W2, b2)[2]
    return np.mean((Y - T) ** 2) / 2


def loss_backward(X, T, W1, b1, W2, b2):
    Z, H, Y = forward(X, W1, b1, W2, b2)
    dY = (Y - T) / len(X)
    dH = dY @ W2
    dZ = dH * (1 - H**2)
    return dZ.T @ X, dZ.sum(axis=0), dY.T @ H, dY.sum(axis=0)
