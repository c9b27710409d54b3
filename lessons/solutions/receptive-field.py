def receptive_field(kernels, strides):
    field, jump = 1, 1
    for kernel, stride in zip(kernels, strides, strict=False):
        field += (kernel - 1) * jump
        jump *= stride
    return field


def first_pixel(kernels, strides, cell):
    jump = 1
    for stride in strides:
        jump *= stride
    return cell * jump
