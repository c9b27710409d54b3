import numpy as np


def places(shape, k, stride):
    """Row and column of each output with the slices of its window."""
    for i in range(shape[2]):
        for j in range(shape[3]):
            yield i, j, slice(i * stride, i * stride + k), slice(j * stride, j * stride + k)


def padded(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv2d(x, weight, stride, padding):
    big = padded(x, padding)
    k = weight.shape[2]
    height, width = ((size - k) // stride + 1 for size in big.shape[2:])
    out = np.zeros((len(x), len(weight), height, width))
    for i, j, rows, columns in places(out.shape, k, stride):
        window = big[..., rows, columns]
        out[..., i, j] = np.einsum("ncij,ocij->no", window, weight)
    return out


def conv2d_backward(x, weight, d, stride, padding):
    big = padded(x, padding)
    k, p = weight.shape[2], padding
    dx, dw = np.zeros_like(big), np.zeros_like(weight)
    for i, j, rows, columns in places(d.shape, k, stride):
        dx[..., rows, columns] += np.einsum("no,ocij->ncij", d[..., i, j], weight)
        dw += np.einsum("no,ncij->ocij", d[..., i, j], big[..., rows, columns])
    return dx[..., p : p + x.shape[2], p : p + x.shape[3]], dw
