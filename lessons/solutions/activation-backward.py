import numpy as np


def sigmoid(z):
    # exp of a negative number cannot overflow
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1 + e)


def relu(z):
    return np.maximum(z, 0)


def sigmoid_backward(z, d):
    s = sigmoid(z)
    return d * s * (1 - s)


def tanh(z):
    return np.tanh(z)


def tanh_backward(z, d):
    return d * (1 - np.tanh(z) ** 2)


def relu_backward(z, d):
    return d * (z > 0)
