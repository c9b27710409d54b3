"""Forwards of custom `torch.autograd.Function`s inside `torch.func.vmap`.

`vmap` refuses a Function without `setup_context` and `generate_vmap_rule`, because it could not batch its backward. A
difference needs no backward: while a batch runs, such a Function is its plain forward. Only calls inside a functorch
transform are affected, which torch keeps per thread; all others go the usual way.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function


class Context:
    """What a forward may ask of its `ctx`; it is never read again."""

    needs_input_grad: tuple[bool, ...] = ()

    def save_for_backward(self, *tensors: Tensor | None) -> None:
        self.saved_tensors = tensors

    def save_for_forward(self, *tensors: Tensor | None) -> None:
        pass

    def mark_dirty(self, *tensors: Tensor) -> None:
        pass

    def mark_non_differentiable(self, *tensors: Tensor) -> None:
        pass

    def set_materialize_grads(self, value: bool) -> None:
        pass


@contextmanager
def forwards_alone(everywhere: bool = False) -> Iterator[None]:
    """Inside, Functions that vmap would refuse run their forward alone under it.

    `everywhere`: all Functions run their forward alone, in this thread's own forward; autograd then differentiates it.
    """
    thread = threading.get_ident()
    usual = Function.__dict__["apply"]

    def apply(cls: type[Function], *args: Any, **kwargs: Any) -> Any:
        batched = torch._C._are_functorch_transforms_active()
        refused = batched and not cls.generate_vmap_rule and "vmap" not in vars(cls)
        if refused or (everywhere and threading.get_ident() == thread):
            if cls.setup_context is not Function.setup_context:
                return cls.forward(*args, **kwargs)
            context = Context()
            context.needs_input_grad = (False,) * len(args)
            return cls.forward(context, *args, **kwargs)
        return usual.__get__(None, cls)(*args, **kwargs)

    Function.apply = classmethod(apply)  # type: ignore[assignment, method-assign]  # put back below
    try:
        yield
    finally:
        Function.apply = usual  # type: ignore[method-assign]
