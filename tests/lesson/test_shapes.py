"""Sizes against counting the places of the window one by one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dltui.lesson.shapes import conv_parameters, conv_shape, conv_size, linear_parameters, pool_shape


@settings(deadline=None)
@given(
    size=st.integers(1, 40),
    kernel=st.integers(1, 9),
    stride=st.integers(1, 5),
    padding=st.integers(0, 4),
    dilation=st.integers(1, 3),
)
def test_conv_size_is_the_number_of_places(size: int, kernel: int, stride: int, padding: int, dilation: int) -> None:
    left_edges = range(-padding, size + padding, stride)
    places = [edge for edge in left_edges if edge + dilation * (kernel - 1) <= size + padding - 1]
    if places:
        assert conv_size(size, kernel, stride, padding, dilation) == len(places)
    else:
        with pytest.raises(ValueError, match="does not fit"):
            conv_size(size, kernel, stride, padding, dilation)


@pytest.mark.parametrize(
    "arguments, size",
    [
        ((28, 5), 24),
        ((28, 3, 2, 1), 14),
        ((6, 3, 2), 2),
        ((227, 11, 4), 55),
        ((224, 11, 4), 54),
        ((224, 11, 4, 2), 55),
        ((7, 3, 1, 0, 2), 3),
    ],
)
def test_known_sizes(arguments: tuple[int, ...], size: int) -> None:
    assert conv_size(*arguments) == size


def test_conv_shape() -> None:
    assert conv_shape((5, 6), kernel=3) == (3, 4)
    assert conv_shape((10,), 3, stride=2) == (4,)
    assert conv_shape((5, 6), kernel=(5, 1), stride=(1, 2)) == (1, 3)
    assert conv_shape((3, 28, 28), 5, out=16) == (16, 24, 24)
    assert conv_shape((32, 1, 8, 8), 3, padding=1, out=8) == (32, 8, 8, 8)


def test_pool_shape() -> None:
    assert pool_shape((3, 4), 2) == (1, 2)
    assert pool_shape((3, 4), 2, stride=1) == (2, 3)
    assert pool_shape((32, 8, 8, 8), 2) == (32, 8, 4, 4)
    assert pool_shape((9,), 2) == (4,)


def test_parameters() -> None:
    assert linear_parameters(784, 784) == 615_440
    assert linear_parameters(784, 784, bias=False) == 784 * 784
    assert conv_parameters(3, 16, 3) == 448
    assert conv_parameters(3, 16, 3, bias=False) == 432
    assert conv_parameters(64, 16, (1, 1)) == 1040


@pytest.mark.parametrize(
    "call, sentence",
    [
        (lambda: conv_size(4, 5), "a kernel of 5 does not fit into a size of 4"),
        (lambda: conv_size(4, 7, padding=1), r"size of 4 \+ 2·1 = 6"),
        (lambda: conv_size(4, 3, dilation=2), "with dilation 2 spans 5 and does not fit"),
        (lambda: conv_size(0, 1), "size must be a whole number, at least 1, not 0"),
        (lambda: conv_size(5, 3, stride=0), "stride must be"),
        (lambda: conv_size(5, 3, padding=-1), "padding must be a whole number, at least 0, not -1"),
        (lambda: conv_size(5, 2.5), "kernel must be"),  # type: ignore[arg-type]  # what a lesson may hold
        (lambda: conv_shape((3, 8, 8), 3), "needs out"),
        (lambda: conv_shape((8, 8), 3, out=4), "not one with 2 axes"),
        (lambda: conv_shape((3, 8, 8), 3, out=0), "out must be"),
        (lambda: conv_shape((8, 8), (3, 3, 3)), "kernel has 3 numbers for 2 axes"),
        (lambda: pool_shape((), 2), "no axis"),
        (lambda: pool_shape((0, 4, 4), 2), "every axis must be"),
        (lambda: linear_parameters(0, 3), "n_in must be"),
    ],
)
def test_refusals_are_sentences(call, sentence: str) -> None:  # type: ignore[no-untyped-def]  # a lambda
    with pytest.raises(ValueError, match=sentence):
        call()
