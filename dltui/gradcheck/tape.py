"""The operations of one call of a function, written down, so that a change can be sent through them again and again.

Only what depends on the tensor that moves has to be computed again, and of that only what differs. The operations are
played in the order in which they were called: a function whose course is decided by values that move has operations
that no rule covers, and is evaluated as a whole instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

from dltui.gradcheck.tree import tensors

Call = Callable[..., Any]
Operation = tuple[Call, Sequence[Any], dict[str, Any]]


@dataclass(frozen=True)
class Step:
    """One operation."""

    func: Call
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    result: Any
    takes: tuple[Tensor, ...]
    """Every tensor among the arguments."""
    gives: tuple[Tensor, ...]
    """Every tensor in the result."""


def masked(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Operation:
    """`F.dropout` as the product with its mask: the same numbers are drawn and the same elements kept."""
    if not training or not p or inplace:
        return F.dropout, (input, p, training, inplace), {}
    return torch.mul, (input, F.dropout(torch.ones_like(input), p)), {}


class Tape(TorchFunctionMode):
    """Inside, every operation is recorded."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[Step] = []
        self._versions: list[tuple[Tensor, int]] = []

    def __torch_function__(
        self, func: Call, types: object, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        kwargs = dict(kwargs or {})
        takes = tuple(each for _, each in tensors([list(args), kwargs]))
        self._versions += [(each, each._version) for each in takes]
        if func is F.dropout:
            func, args, kwargs = masked(*args, **kwargs)
            takes = tuple(each for each in args if isinstance(each, Tensor))
        result = func(*args, **kwargs)
        gives = tuple(each for _, each in tensors(result))
        self._versions += [(each, each._version) for each in gives]
        self.steps.append(Step(func, tuple(args), kwargs, result, takes, gives))
        return result

    @property
    def intact(self) -> bool:
        """Whether every tensor still is what it was when it was used: nothing was changed in place."""
        return all(value._version == version for value, version in self._versions)
