"""A forward and a backward written by hand as two plain functions.

Both customs of writing them are understood:

* `forward(*inputs) -> output(s)` and `backward(grad_output(s)…, *inputs) -> gradients`, where the backward may also
  take the outputs after the inputs;
* `forward(*inputs) -> (output, cache)` and `backward(grad_output, cache) -> gradients` (as in the CS231n exercises).

The gradients come as one tensor, a sequence in the order of the inputs (of all, of the tensors, or of the checked ones
alone), or a dict by the names of the inputs. None means that a backward gives no gradient for that input.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields

import torch
from torch import Tensor

from dltui.gradcheck.foreign import Failure, attempt
from dltui.gradcheck.subject import Subject, Values, floating, real
from dltui.gradcheck.tree import tensors

Backward = Callable[..., object]
CACHE_NAMES = {"cache", "caches", "ctx", "context", "saved", "memo", "tape", "state", "mask"}


class PairError(TypeError):
    """A backward that cannot be called, or whose result cannot be matched with the inputs."""


@dataclass(frozen=True)
class Pair(Subject):
    """A subject whose gradients come from a function of its own instead of autograd."""

    backward: Backward = field(kw_only=True)
    cached: bool = field(default=False, kw_only=True)
    """The forward returns (output, cache)."""

    def count(self, result: object) -> list[Tensor]:
        return super().count(self.split(result)[0])

    def split(self, result: object) -> tuple[object, tuple[object, ...]]:
        """(outputs, what the backward takes besides cotangents) of a result of the forward."""
        if self.cached and isinstance(result, tuple) and len(result) == 2:
            return number(result[0]), (result[1],)
        return number(result), ()

    def tracked(self) -> tuple[list[Tensor], Callable[[Values], list[Tensor | None]], tuple[bool, ...]]:
        args, kwargs = self.arguments_with({})
        with torch.no_grad():
            outputs, cache = self.split(self.call(*args, **kwargs))
        found = floating(outputs)
        # The forward may have worked in place on what it was given: the backward gets the inputs as they were.
        args, kwargs = self.arguments_with({})

        def gradients(cotangents: Values) -> list[Tensor | None]:
            given = iter(cotangents)
            grads = [next(given) if counts else torch.zeros_like(y) for y, counts in zip(found, needs, strict=True)]
            grads = [torch.view_as_complex(g) if y.is_complex() else g for g, y in zip(grads, found, strict=True)]
            with torch.no_grad():
                inputs = [*args, *kwargs.values()]
                if speaks_of_all(self.backward, outputs, len(inputs)):
                    grads = complete(grads, outputs)
                result = self.backward(*self.call_of(grads, inputs, cache, floating(outputs)))
            return self.matched(result)

        needs = self.counted or (True,) * len(found)
        return super().count(outputs), gradients, (True,) * len(found)

    def call_of(
        self, grads: list[Tensor], inputs: list[object], cache: tuple[object, ...], outputs: list[Tensor]
    ) -> list[object]:
        """The arguments for the backward, by how many it takes."""
        takes, anything = positional(self.backward)
        bundle: list[object] = [grads[0]] if len(grads) == 1 else [tuple(grads)]
        if cache:
            return [*bundle, *cache]
        ways: list[list[object]] = [
            [*grads, *inputs], [*bundle, *inputs],
            [*grads, *inputs, *outputs], [*bundle, *inputs, *outputs],
            list(grads), bundle,
        ]  # fmt: skip
        fitting = [way for way in ways if takes == len(way) and not anything]
        if fitting or anything:
            return (fitting or ways)[0]
        wanted = f"{counted(len(grads), 'gradient')} of outputs and {counted(len(inputs), 'input')}"
        raise PairError(f"the backward takes {counted(takes, 'argument')}; it is to be called with {wanted}")

    def matched(self, result: object) -> list[Tensor | None]:
        """Gradients in the order of the leaves."""
        args, kwargs = self.arguments
        if isinstance(result, Mapping):
            known = {leaf.name for leaf in self.leaves}
            if strange := [str(key) for key in result if str(key) not in known | {f"d{name}" for name in known}]:
                names = ", ".join(known)
                raise PairError(f"the backward returns gradients for {', '.join(strange)}; the inputs are {names}")
            return [ready(result.get(leaf.name, result.get(f"d{leaf.name}"))) for leaf in self.leaves]
        items: Sequence[object] = result if isinstance(result, tuple | list) else (result,)
        roots = {f"[{place}]": arg for place, arg in enumerate(args)} | {f".{key}": arg for key, arg in kwargs.items()}
        everything = list(roots)
        inside = [pair for root, arg in roots.items() for pair in tensors(arg, root)]
        checked = [leaf.path for leaf in self.leaves]
        for paths in (everything, [path for path, _ in inside], [path for path, t in inside if floating(t)], checked):
            if len(items) == len(paths) and set(checked) <= set(paths):
                return [ready(items[paths.index(path)]) for path in checked]
        there = "there is 1 input" if len(everything) == 1 else f"there are {len(everything)} inputs"
        raise PairError(f"the backward returns {counted(len(items), 'gradient')}; {there}")


def speaks_of_all(backward: Backward, outputs: object, inputs: int) -> bool:
    """Whether a backward takes gradients of integer outputs as well, as an autograd.Function does: by their names."""
    names, count = parameter_names(backward), sum(1 for _ in tensors(outputs))
    gradients = [name.lower() for name in names[:count]]
    named = all(name.startswith("g") or "grad" in name or (name[0] == "d" and len(name) <= 3) for name in gradients)
    return count > len(floating(outputs)) and len(names) == count + inputs and named


def complete(gradients: list[Tensor], outputs: object) -> list[Tensor]:
    """Gradients of all outputs in order: zeros for those that have none."""
    given = iter(gradients)
    return [
        next(given) if floating(output) else torch.zeros(output.shape, device=output.device)
        for _, output in tensors(outputs)
    ]


def pair_of(subject: Subject, backward: Backward) -> Pair:
    """`subject` with gradients by `backward`; its forward is called once to see what it returns."""
    leaves = tuple(leaf for leaf in subject.leaves if not leaf.parameter)
    parts = {each.name: getattr(subject, each.name) for each in fields(Subject)} | {"leaves": leaves}
    args, kwargs = subject.arguments_with({})
    with torch.no_grad():
        result = subject.call(*args, **kwargs)
    return Pair(**parts, backward=backward, cached=caches(result, backward, [*args, *kwargs.values()]))


def caches(result: object, backward: Backward, inputs: Sequence[object]) -> bool:
    """Whether `result` is (output, cache) rather than two outputs."""
    names = parameter_names(backward)
    if not isinstance(result, tuple) or len(result) != 2 or len(names) != 2:
        return False
    if not isinstance(result[0], Tensor | float):
        return False
    second = result[1]
    return (
        not isinstance(second, Tensor) or not floating(second)
        or names[1].lower().lstrip("_") in CACHE_NAMES or any(second is each for each in inputs)
    )  # fmt: skip


def parameter_names(function: Backward) -> list[str]:
    """Names of the arguments of a function; empty where it has no signature."""
    signature = attempt(functools.partial(inspect.signature, function))
    return [] if isinstance(signature, Failure) else list(signature.parameters)


def number(output: object) -> object:
    """A Python number as a tensor: a plain forward may return its loss as one."""
    return torch.tensor(output, dtype=torch.float64) if isinstance(output, float) else output


def ready(gradient: object) -> Tensor | None:
    """A gradient as real coordinates; numbers and arrays become tensors. Raises PairError for anything else."""
    if gradient is None:
        return None
    found = gradient if isinstance(gradient, Tensor) else attempt(functools.partial(torch.as_tensor, gradient))
    if isinstance(found, Failure):
        raise PairError(f"the backward returns a {type(gradient).__name__} where a tensor is needed")
    return real(found)


def counted(amount: int, noun: str) -> str:
    return f"{amount} {noun}" if amount == 1 else f"{amount} {noun}s"


def positional(function: Backward) -> tuple[int, bool]:
    """(positional arguments without a default, whether it takes any number) of a function."""
    signature = attempt(functools.partial(inspect.signature, function))
    if isinstance(signature, Failure):
        return 0, True
    kinds = [parameter.kind for parameter in signature.parameters.values()]
    plain = [
        parameter for parameter in signature.parameters.values() if parameter.default is inspect.Parameter.empty
        and parameter.kind in (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    ]  # fmt: skip
    return len(plain), inspect.Parameter.VAR_POSITIONAL in kinds
