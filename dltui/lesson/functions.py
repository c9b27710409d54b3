"""The functions and constants of the expression language, in plain Python, so that a key needs neither numpy nor torch.

Logarithms are natural unless a base is given. A function of one number takes a list too and works element by element.
ValueError: it is never called like this. ArithmeticError: it has no finite value at this place. Both with a sentence.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from dltui.lesson import shapes

MOST_DIGITS = 30


def _elementwise(function: Callable[..., float]) -> Callable[..., Any]:
    @functools.wraps(function)  # its signature is shown when a call does not fit
    def mapped(*arguments: Any, **named: Any) -> Any:
        if arguments and isinstance(arguments[0], list):
            return [mapped(part, *arguments[1:], **named) for part in arguments[0]]
        return function(*arguments, **named)

    return mapped


def _round(x: float, digits: int | None = None) -> float:
    """To even where two are equally near, as Python does: round(2.5) is 2."""
    if digits is not None and abs(digits) > MOST_DIGITS:
        raise ValueError(f"round takes at most {MOST_DIGITS} digits, not {digits}")
    return round(x, digits)


def _sqrt(x: float) -> float:
    if x < 0:
        raise ArithmeticError(f"a negative number, {x:.6g}, has no real square root")
    return math.sqrt(x)


def _log(x: float, base: float | None = None) -> float:
    if x <= 0:
        raise ArithmeticError(f"{x:.6g} has no logarithm: only positive numbers have one")
    if base is None:
        return math.log(x)
    if base <= 0 or base == 1:
        raise ValueError(f"the base of a logarithm is positive and not 1, so not {base:.6g}")
    if base in (2, 10):  # exact at powers of the base, which a quotient of logarithms is not
        return math.log2(x) if base == 2 else math.log10(x)
    return math.log(x, base)


def _log2(x: float) -> float:
    return _log(x, 2)


def _log10(x: float) -> float:
    return _log(x, 10)


def _sigmoid(z: float) -> float:
    """1 / (1 + e⁻ᶻ), written so that no large exponential is formed."""
    small = math.exp(-abs(z))
    return 1 / (1 + small) if z >= 0 else small / (1 + small)


def _step(z: float) -> float:
    """The threshold unit: 1 from 0 on, else 0."""
    return 1 if z >= 0 else 0


def _sign(z: float) -> float:
    """-1, 0 or 1; 0 at 0."""
    return (z > 0) - (z < 0)


def _relu(z: float) -> float:
    return max(0, z)


def _leaky_relu(z: float, slope: float = 0.01) -> float:
    return z if z > 0 else slope * z


def _elu(z: float, alpha: float = 1) -> float:
    return z if z > 0 else alpha * math.expm1(z)


def _values(values: tuple[Any, ...]) -> list[float]:
    """The numbers of `f(1, 2, 3)` and of `f([1, 2, 3])`."""
    flat = values[0] if len(values) == 1 and isinstance(values[0], list) else list(values)
    if not flat:
        raise ValueError("an empty list has no value")
    if any(isinstance(value, list) for value in flat):
        raise ValueError("a list of plain numbers is needed")
    return flat


def _max(*values: Any) -> float:
    return max(_values(values))


def _min(*values: Any) -> float:
    return min(_values(values))


def _sum(*values: Any) -> float:
    return sum(_values(values))


def _product(*values: Any) -> float:
    return math.prod(_values(values))


def _mean(*values: Any) -> float:
    return sum(_values(values)) / len(_values(values))


def _length(vector: list[Any]) -> int:
    return len(vector)


def _argmax(vector: list[float]) -> int:
    """Place of the largest element, counted from 0; the first one of several."""
    values = _values((vector,))
    return values.index(max(values))


def _norm(vector: list[float]) -> float:
    """Euclidean length."""
    return math.hypot(*_values((vector,)))


def _dot(a: list[float], b: list[float]) -> float:
    if len(a) != len(b):
        raise ValueError(f"dot needs lists of one length, not {len(a)} and {len(b)} numbers")
    return sum(x * y for x, y in zip(a, b, strict=True))


def _softmax(scores: list[float]) -> list[float]:
    values = _values((scores,))
    powers = [math.exp(value - max(values)) for value in values]
    return [power / sum(powers) for power in powers]


def _cross_entropy(logits: list[float], k: int) -> float:
    """−log softmax(logits)[k], classes counted from 0."""
    values = _values((logits,))
    if isinstance(k, float) or not 0 <= k < len(values):
        raise ValueError(f"the true class is counted from 0 to {len(values) - 1}, not {k}")
    top = max(values)
    return top - values[k] + math.log(sum(math.exp(value - top) for value in values))


def _binary_cross_entropy(p: float, y: float) -> float:
    """−y·log p − (1 − y)·log(1 − p) for a probability p."""
    for name, value in (("p", p), ("y", y)):
        if not 0 <= value <= 1:
            raise ValueError(f"{name} lies between 0 and 1: it cannot be {value:.6g}")
    return sum(-weight * _log(share) for weight, share in ((y, p), (1 - y, 1 - p)) if weight)


FUNCTIONS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "abs": _elementwise(abs),
        "argmax": _argmax,
        "binary_cross_entropy": _elementwise(_binary_cross_entropy),
        "ceil": _elementwise(math.ceil),
        "conv_parameters": shapes.conv_parameters,
        "conv_shape": shapes.conv_shape,
        "conv_size": shapes.conv_size,
        "cos": _elementwise(math.cos),
        "cross_entropy": _cross_entropy,
        "dot": _dot,
        "elu": _elementwise(_elu),
        "exp": _elementwise(math.exp),
        "floor": _elementwise(math.floor),
        "leaky_relu": _elementwise(_leaky_relu),
        "len": _length,
        "linear_parameters": shapes.linear_parameters,
        "log": _elementwise(_log),
        "log10": _elementwise(_log10),
        "log2": _elementwise(_log2),
        "max": _max,
        "mean": _mean,
        "min": _min,
        "norm": _norm,
        "pool_shape": shapes.pool_shape,
        "prod": _product,
        "relu": _elementwise(_relu),
        "round": _elementwise(_round),
        "sigmoid": _elementwise(_sigmoid),
        "sign": _elementwise(_sign),
        "sin": _elementwise(math.sin),
        "softmax": _softmax,
        "sqrt": _elementwise(_sqrt),
        "step": _elementwise(_step),
        "sum": _sum,
        "tan": _elementwise(math.tan),
        "tanh": _elementwise(math.tanh),
    }
)

CONSTANTS: Mapping[str, float] = MappingProxyType({"pi": math.pi, "e": math.e})
