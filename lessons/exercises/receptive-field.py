"""How far a cell at the top of a stack of layers sees, along one axis."""


def receptive_field(kernels, strides):
    """How many pixels a cell of the last layer depends on; kernels and strides are lists, the first layer first."""
    return 1


def first_pixel(kernels, strides, cell):
    """The first of the pixels that this cell of the last layer depends on; cells and pixels are counted from 0."""
    return 0
