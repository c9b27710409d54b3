"""Values written on a command line, `randn(2,3)` or `0.5`: a small language of calls that make tensors, and literals.

Nothing is evaluated: the text is parsed, and what is not on the list is refused.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from math import prod
from types import MappingProxyType

import torch
from torch import Tensor

from dltui.lesson.problem import listed, nearest
from dltui.text import one_line

MOST = 10**7
"""Elements of one tensor."""
DTYPES: Mapping[str, torch.dtype] = MappingProxyType(
    {"float32": torch.float32, "float64": torch.float64, "int64": torch.int64}
)


class ValueProblem(ValueError):
    """What was written cannot be read: one sentence."""


def value(text: str, usual: torch.dtype) -> object:
    """A tensor for a call, else a Python literal. `usual`: the dtype of real numbers without one of their own.

    Raises ValueProblem.
    """
    try:
        tree = ast.parse(text.strip(), mode="eval").body
        if isinstance(tree, ast.Call):
            return _called(tree, usual)
        return ast.literal_eval(tree)
    except ValueProblem:
        raise
    except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError):
        forms = listed(EXAMPLES.values())
        raise ValueProblem(f"{one_line(text, 60)!r} is neither a number nor a tensor such as {forms}") from None


def _called(call: ast.Call, usual: torch.dtype) -> Tensor:
    name = call.func.id if isinstance(call.func, ast.Name) else ast.unparse(call.func).removeprefix("torch.")
    if name not in MAKERS:
        hint = nearest(name, MAKERS)
        raise ValueProblem(f"{one_line(name, 40)!r} makes no tensor here: "
                           + (f"did you mean {hint}?" if hint else f"there is {listed(MAKERS)}"))
    dtype = None
    for keyword in call.keywords:
        if keyword.arg != "dtype":
            raise ValueProblem(f"{name} takes sizes and dtype=, not {keyword.arg or '**'}")
        dtype = _dtype(keyword.value)
    try:
        made = MAKERS[name]([ast.literal_eval(argument) for argument in call.args], dtype or usual)
    except ValueProblem:
        raise
    except (ValueError, TypeError, RuntimeError):  # RuntimeError: what torch cannot make of it
        raise ValueProblem(f"{one_line(ast.unparse(call), 60)}: expected {EXAMPLES[name]}") from None
    return made if dtype is None else made.to(dtype)


def _dtype(tree: ast.expr) -> torch.dtype:
    name = tree.value if isinstance(tree, ast.Constant) else ast.unparse(tree).removeprefix("torch.")
    if name not in DTYPES:
        raise ValueProblem(f"dtype={one_line(str(name), 40)} is none of {listed(DTYPES)}")
    return DTYPES[str(name)]


def _shape(given: list[object]) -> list[int]:
    """Of `2, 3` or of `(2, 3)`. Raises ValueError."""
    sizes = list(given[0]) if len(given) == 1 and isinstance(given[0], tuple | list) else given
    whole = [size for size in sizes if isinstance(size, int) and size >= 0]
    if len(whole) < len(sizes):
        raise ValueError("sizes are whole numbers")
    if prod(whole) > MOST:
        raise ValueProblem(f"a tensor of {prod(whole)} elements is too large: at most {MOST} are made here")
    return whole


def _arange(given: list[object], dtype: torch.dtype) -> Tensor:
    ends = [each for each in given if isinstance(each, int | float)]
    if len(ends) < len(given) or not 1 <= len(ends) <= 3:
        raise ValueError("one to three numbers")
    start, end, step = (0, ends[0], 1) if len(ends) == 1 else (*ends, 1)[:3]
    if step == 0 or abs((end - start) / step) > MOST:
        raise ValueProblem(f"a step of {step} from {start} to {end} makes too many numbers: at most {MOST}")
    return torch.arange(*ends, dtype=dtype if any(isinstance(end, float) for end in ends) else None)


def _randint(given: list[object], dtype: torch.dtype) -> Tensor:
    *ends, shape = given
    low, high = (0, *ends)[-2:]
    if not isinstance(shape, tuple | list) or not isinstance(low, int) or not isinstance(high, int) or len(ends) > 2:
        raise ValueError("numbers, then a shape")
    return torch.randint(low, high, _shape([shape]))


def _tensor(given: list[object], dtype: torch.dtype) -> Tensor:
    (data,) = given
    real = torch.tensor(data).is_floating_point()
    return torch.tensor(data, dtype=dtype if real else None)


def _filled(make: Callable[..., Tensor]) -> Callable[[list[object], torch.dtype], Tensor]:
    return lambda given, dtype: make(_shape(given), dtype=dtype)


MAKERS: Mapping[str, Callable[[list[object], torch.dtype], Tensor]] = MappingProxyType(
    {
        "randn": _filled(torch.randn), "rand": _filled(torch.rand), "zeros": _filled(torch.zeros),
        "ones": _filled(torch.ones), "arange": _arange, "randint": _randint,
        "tensor": _tensor,
    }  # fmt: skip
)
EXAMPLES: Mapping[str, str] = MappingProxyType(
    {
        "randn": "randn(2,3)", "rand": "rand(2,3)", "zeros": "zeros(2,3)", "ones": "ones(2,3)",
        "arange": "arange(6)", "randint": "randint(10,(2,3))",
        "tensor": "tensor([[1.,2.],[3.,4.]])",
    }  # fmt: skip
)
"""How each is written."""
