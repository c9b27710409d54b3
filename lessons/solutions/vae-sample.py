import numpy as np


def sample(mu, logvar, eps):
    return mu + np.exp(logvar / 2) * eps


def divergence(mu, logvar):
    rows = (mu**2 + np.exp(logvar) - 1 - logvar).sum(axis=1)
    return (rows / 2).mean()


def sample_backward(mu, logvar, eps, dz):
    return dz, dz * eps * np.exp(logvar / 2) / 2


def divergence_backward(mu, logvar):
    return mu / len(mu), (np.exp(logvar) - 1) / 2 / len(mu)
