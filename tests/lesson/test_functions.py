"""The functions of the expression language against the formulas that lessons teach."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dltui.lesson.functions import FUNCTIONS as F

NUMBERS = st.floats(-50, 50)
VECTORS = st.lists(NUMBERS, min_size=1, max_size=8)


@settings(deadline=None)
@given(NUMBERS)
def test_activations(z: float) -> None:
    assert F["sigmoid"](z) == pytest.approx(1 / (1 + math.exp(-z)))
    assert F["sigmoid"](z) + F["sigmoid"](-z) == pytest.approx(1)
    assert F["relu"](z) == (z if z > 0 else 0)
    assert F["leaky_relu"](z, slope=0.1) == (z if z > 0 else 0.1 * z)
    assert F["elu"](z, 2) == pytest.approx(z if z > 0 else 2 * (math.exp(z) - 1), abs=1e-12)
    assert F["step"](z) == (z >= 0)
    assert F["sign"](z) == (0 if z == 0 else math.copysign(1, z))


@settings(deadline=None)
@given(VECTORS)
def test_softmax_and_cross_entropy(scores: list[float]) -> None:
    shares = F["softmax"](scores)
    assert sum(shares) == pytest.approx(1)
    for k, share in enumerate(shares):
        assert F["cross_entropy"](scores, k) == pytest.approx(-math.log(share), abs=1e-9)


@settings(deadline=None)
@given(VECTORS)
def test_vectors(v: list[float]) -> None:
    assert F["norm"](v) ** 2 == pytest.approx(F["dot"](v, v))
    assert v[F["argmax"](v)] == max(v) == F["max"](v) == F["max"](*v, min(v))
    assert F["mean"](v) * len(v) == pytest.approx(F["sum"](v), abs=1e-9)
    assert F["sigmoid"](v) == [F["sigmoid"](z) for z in v]
    assert F["abs"]([v, [1]]) == [[abs(z) for z in v], [1]]


def test_known_values() -> None:
    assert F["cross_entropy"]([1, 2, 3], 2) == pytest.approx(0.4076, abs=5e-5)
    assert F["binary_cross_entropy"](0.9, 0) == pytest.approx(2.303, abs=5e-4)
    assert F["binary_cross_entropy"](0.3, 0.6) == pytest.approx(-0.6 * math.log(0.3) - 0.4 * math.log(0.7))
    assert F["binary_cross_entropy"](1, 1) == 0
    assert F["binary_cross_entropy"]([0.5, 1], 1) == pytest.approx([math.log(2), 0])
    assert F["log"](8, 2) == F["log2"](8) == 3
    assert F["log"](1000, base=10) == F["log10"](1000) == 3
    assert F["log"](math.e) == 1
    assert F["log"](9, 3) == pytest.approx(2)
    assert F["sigmoid"](-1000) == 0
    assert F["sigmoid"](1000) == 1
    assert F["round"](2.345, 1) == 2.3
    assert F["round"](2.6) == 3
    assert F["sqrt"](9) == 3
    assert F["prod"]([32, 1, 28, 28]) == 25088
    assert F["len"]([1, 2]) == 2
    assert F["argmax"]([1, 3, 3]) == 1


@pytest.mark.parametrize("call", [lambda: F["log"](0), lambda: F["sqrt"](-1), lambda: F["binary_cross_entropy"](0, 1)])
def test_no_value_there(call) -> None:  # type: ignore[no-untyped-def]  # a lambda
    with pytest.raises(ArithmeticError):
        call()


@pytest.mark.parametrize(
    "call, sentence",
    [
        (lambda: F["log"](2, 1), "base of a logarithm"),
        (lambda: F["cross_entropy"]([1, 2], 2), "counted from 0 to 1"),
        (lambda: F["cross_entropy"]([1, 2], -1), "counted from 0 to 1"),
        (lambda: F["binary_cross_entropy"](1.5, 1), "p lies between 0 and 1"),
        (lambda: F["dot"]([1], [1, 2]), "1 and 2 numbers"),
        (lambda: F["mean"]([]), "empty"),
        (lambda: F["max"]([1], [2]), "plain numbers"),
        (lambda: F["round"](1, 99), "at most 30 digits"),
    ],
)
def test_never_called_like_this(call, sentence: str) -> None:  # type: ignore[no-untyped-def]  # a lambda
    with pytest.raises(ValueError, match=sentence):
        call()
