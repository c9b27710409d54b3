import numpy as np


def decoded(X, E, D):
    return X @ E.T @ D.T


def loss(X, E, D):
    return np.mean((decoded(X, E, D) - X) ** 2)


def loss_backward(X, E, D):
    G = 2 * (decoded(X, E, D) - X) / X.size
    return (G @ D).T @ X, G.T @ (X @ E.T)


def denoising_loss(X, noise, E, D):
    return np.mean((decoded(X + noise, E, D) - X) ** 2)
