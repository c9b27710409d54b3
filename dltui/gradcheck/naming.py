"""From what a caller hands in to a `Subject`: which tensors are checked, and what they are called."""

from __future__ import annotations

import difflib
import functools
import inspect
from collections.abc import Iterator, Mapping, Sequence

from torch import Tensor, nn
from torch.autograd import Function

from dltui.gradcheck.foreign import Failure, attempt
from dltui.gradcheck.subject import Leaf, Subject
from dltui.gradcheck.tree import tensors

Inputs = Tensor | Sequence[object] | Mapping[str, object]


def subject_of(fn: object, inputs: Inputs, params: str | Sequence[str]) -> Subject:
    """The subject for `fn`: a module, a `torch.autograd.Function` class, or any callable.

    Checked are: for a module its parameters that require a gradient; of the arguments, those floating-point or complex
    tensors that require a gradient, or all of them where none does. `params` narrows this to `"inputs"`,
    `"parameters"` or a list of names.

    Raises TypeError for something that cannot be called, ValueError for an unknown name.
    """
    owner = getattr(fn, "__self__", None)
    if isinstance(owner, type) and issubclass(owner, Function) and getattr(fn, "__name__", "") == "apply":
        fn = owner
    if isinstance(fn, type) and issubclass(fn, nn.Module):
        raise TypeError(f"{fn.__name__} is a class: pass an instance of it, {fn.__name__}(…)")
    call = functools.partial(applied, fn) if isinstance(fn, type) and issubclass(fn, Function) else fn
    if not callable(call):
        raise TypeError(f"a function, a module or an autograd.Function is needed, not {type(fn).__name__}")
    args, kwargs = arguments(inputs)
    leaves = [*parameters(call), *given(fn, args, kwargs)]
    return Subject(
        title=title(fn), call=call, arguments=(args, kwargs), leaves=tuple(chosen(leaves, params)),
        modules=tuple(dict.fromkeys(modules_in(call))),
    )  # fmt: skip


def applied(function: type[Function], *args: object, **kwargs: object) -> object:
    """`function.apply`, looked up when it is called: inside a batch it is another one (see `functions`)."""
    return function.apply(*args, **kwargs)


def arguments(inputs: Inputs) -> tuple[tuple[object, ...], dict[str, object]]:
    """Positional and keyword arguments: one tensor, a sequence of arguments, or a mapping of keyword arguments."""
    if isinstance(inputs, Tensor):
        return (inputs,), {}
    if isinstance(inputs, Mapping):
        return (), dict(inputs)
    if isinstance(inputs, str) or not isinstance(inputs, Sequence):
        given = type(inputs).__name__
        raise TypeError(f"inputs must be a tensor, a tuple of arguments or a dict of keyword arguments, not {given}")
    return tuple(inputs), {}


def parameters(call: object) -> Iterator[Leaf]:
    """The parameters of a module that require a gradient; tied ones appear once, with all their names."""
    if not isinstance(call, nn.Module):
        return
    names: dict[int, list[str]] = {}
    for name, parameter in call.named_parameters(remove_duplicate=False):
        names.setdefault(id(parameter), []).append(name)
    for name, parameter in call.named_parameters():
        if parameter.requires_grad and (parameter.is_floating_point() or parameter.is_complex()):
            yield Leaf(" = ".join(names[id(parameter)]), name, parameter, parameter=True)


def given(fn: object, args: tuple[object, ...], kwargs: dict[str, object]) -> list[Leaf]:
    """The tensors among the arguments that are checked."""
    labels = signature_names(fn, len(args))
    taken = {name for name, _ in fn.named_parameters()} if isinstance(fn, nn.Module) else set()
    found: list[Leaf] = []
    for root, arg, label in [
        *((f"[{place}]", arg, labels[place]) for place, arg in enumerate(args)),
        *((f".{key}", arg, key) for key, arg in kwargs.items()),
    ]:
        for path, value in tensors(arg, root):
            if value.is_floating_point() or value.is_complex():
                name = label + path[len(root) :]
                found.append(Leaf(f"input {name}" if name in taken else name, path, value, parameter=False))
    asked = [leaf for leaf in found if leaf.value.requires_grad]
    return asked or found


def signature_names(fn: object, count: int) -> list[str]:
    """Names for `count` positional arguments, from the signature where there is one."""
    plain = [f"input {place}" for place in range(count)]
    target: object = fn
    skip = 0
    if isinstance(fn, nn.Module):
        target = fn.forward
    elif isinstance(fn, type) and issubclass(fn, Function):
        target = fn.forward
        skip = int(fn.setup_context is Function.setup_context)
    if not callable(target):
        return plain
    signature = attempt(functools.partial(inspect.signature, target))
    if isinstance(signature, Failure):
        return plain
    names: list[str] = []
    for parameter in list(signature.parameters.values())[skip:]:
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            names += [f"{parameter.name}[{place}]" for place in range(count - len(names))]
        elif parameter.kind in (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD):
            names.append(parameter.name)
    return names[:count] if len(names) >= count else plain


def chosen(leaves: Sequence[Leaf], params: str | Sequence[str]) -> list[Leaf]:
    """The leaves that `params` asks for."""
    if params == "all":
        return list(leaves)
    if params in ("inputs", "parameters"):
        return [leaf for leaf in leaves if leaf.parameter == (params == "parameters")]
    wanted = [params] if isinstance(params, str) else list(params)
    names = {each: leaf for leaf in leaves for each in (leaf.name, leaf.path, *leaf.name.split(" = "))}
    for name in wanted:
        if name not in names:
            near = difflib.get_close_matches(name, names, 1) or sorted(leaf.name for leaf in leaves)
            raise ValueError(f"no tensor called {name!r} is checked here; there is {', '.join(near)}")
    return list({id(names[name]): names[name] for name in wanted}.values())


def modules_in(call: object) -> Iterator[nn.Module]:
    """Modules that a call can reach: itself, those bound to it, in its closure or among its defaults."""
    if isinstance(call, nn.Module):
        yield call
    elif isinstance(call, functools.partial):
        for part in (call.func, *call.args, *call.keywords.values()):
            yield from modules_in(part)
    elif callable(call):
        reached = [getattr(call, "__self__", None), *(getattr(call, "__defaults__", None) or ())]
        code, names = getattr(call, "__code__", None), getattr(call, "__globals__", {})
        reached += [names.get(name) for name in (code.co_names if code else ())]
        for cell in getattr(call, "__closure__", None) or ():
            contents = attempt(functools.partial(getattr, cell, "cell_contents"))
            reached += [] if isinstance(contents, Failure) else [contents]
        yield from (each for each in reached if isinstance(each, nn.Module))


def title(fn: object) -> str:
    """What to call the function in a report."""
    name = getattr(fn, "__name__", type(fn).__name__)
    return "function" if name == "<lambda>" else str(name)
