"""Where a function is checked: inputs from the command line or declared in its file, in the order of its arguments."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn
from torch.autograd import Function

from dltui.gradcheck.naming import Inputs
from dltui.gradcheck.tree import replaced
from dltui.plain.candidate import Names, Unfit, theirs
from dltui.plain.tensors import ValueProblem, value
from dltui.text import one_line

DECLARED = "example_inputs"
EXAMPLE = "randn(2,3)"
VARIABLE = {inspect.Parameter.VAR_POSITIONAL}


def written(fn: object, name: str, texts: Sequence[str], dtype: torch.dtype | None) -> Inputs:
    """From `x=randn(2,3)`, once per argument. Real numbers are made in `dtype`, by default that of the module, and
    float64 where there is none. Raises Unfit."""
    own = next((each.dtype for each in fn.parameters()), None) if isinstance(fn, nn.Module) else None
    values: dict[str, object] = {}
    for text in texts:
        key, sign, source = text.partition("=")
        if not sign or not key.strip().isidentifier():
            raise Unfit(f"--input {one_line(text, 60)}: expected ARGUMENT=VALUE, such as x={EXAMPLE}")
        try:
            values[key.strip()] = value(source, dtype or own or torch.float64)
        except ValueProblem as error:
            raise Unfit(f"--input {key.strip()}: {error}") from None
    return arranged(fn, name, values, "--input does")


def declared(path: Path, names: Names, fn: object, name: str) -> Inputs:
    """From `NAME_inputs` or `example_inputs` in the file, or from a function so called. Raises Unfit and Broken."""
    own = f"{name.split(',')[0].strip()}_inputs"
    for key in (own, DECLARED):
        if key in names:
            given = names[key]
            if callable(given):
                given = theirs(path, cast(Callable[[], object], given))
            if not isinstance(given, Tensor | Mapping | tuple | list):
                kinds = "a tensor, a tuple of arguments, a dict of them, or a function that returns one of these"
                raise Unfit(f"{key} in {path.name} is of type {type(given).__name__}: expected {kinds}")
            return arranged(fn, name, given, f"{key} in {path.name} do")
    signature = signature_of(fn)
    parameters = signature.parameters.values() if signature else []
    wanted = [each.name for each in parameters if each.default is each.empty] if signature else ["x"]
    if not wanted:
        return ()
    options = " ".join(f"--input {each}={EXAMPLE}" for each in wanted)
    raise Unfit(f"{name} needs inputs: give {options}, or write {own} = … or {DECLARED} = … into {path.name}")


def arranged(fn: object, name: str, values: Tensor | Mapping[str, object] | Iterable[object], source: str) -> Inputs:
    """The arguments in the order of the signature. Raises Unfit where they do not fit it; `source` with its verb says
    where they are from."""
    named = dict(values) if isinstance(values, Mapping) else {}
    args = () if isinstance(values, Mapping) else (values,) if isinstance(values, Tensor) else tuple(values)
    signature = signature_of(fn)
    if signature is None or (named and {each.kind for each in signature.parameters.values()} == VARIABLE):
        return (*args, *named.values())
    try:
        bound = signature.bind(*args, **named)
    except TypeError as error:
        raise Unfit(f"{source} not fit {name}{signature}: {one_line(str(error), 100)}") from None
    bound.apply_defaults()
    return {**dict(zip(signature.parameters, bound.args, strict=False)), **bound.kwargs} if bound.kwargs else bound.args


def signature_of(fn: object) -> inspect.Signature | None:
    """Of the forward, without a context; None where there is none, as with some builtins."""
    first, skip = fn[0] if isinstance(fn, tuple) else fn, 0
    forward = first.forward if isinstance(first, nn.Module) else first
    if isinstance(first, type) and issubclass(first, Function):
        forward, skip = first.forward, int(first.setup_context is Function.setup_context)
    try:
        signature = inspect.signature(cast(Callable[..., object], forward))
    except (TypeError, ValueError):
        return None
    return signature.replace(parameters=list(signature.parameters.values())[skip:])


def converted(inputs: Inputs, dtype: torch.dtype) -> Inputs:
    """With all real tensors in `dtype`."""

    def convert(path: str, tensor: Tensor) -> Tensor:
        if not tensor.is_floating_point():
            return tensor
        return tensor.detach().to(dtype).requires_grad_(tensor.requires_grad)

    return cast(Inputs, replaced(inputs, convert))
