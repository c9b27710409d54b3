import numpy as np


def forward(x, W1, b1, W2, b2):
    h = np.maximum(x @ W1.T + b1, 0)
    return h @ W2.T + b2


def xor(x):
    W1 = np.array([[1.0, 1.0], [1.0, 1.0]])
    b1 = np.array([0.0, -1.0])
    W2 = np.array([[1.0, -2.0]])
    return forward(x, W1, b1, W2, np.zeros(1))


def collapse(A, a, B, b):
    return B @ A, B @ a + b
