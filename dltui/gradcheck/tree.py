"""Tensors inside nested arguments and results: tuples, named tuples, lists and dicts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from torch import Tensor

Change = Callable[[str, Tensor], object]


def tensors(value: object, path: str = "") -> Iterator[tuple[str, Tensor]]:
    """(path, tensor) of every tensor in `value`, in order; a path reads `[0].weight[2]`, and is empty for the root."""
    if isinstance(value, Tensor):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from tensors(item, f"{path}.{key}")
    elif isinstance(value, tuple | list):
        for place, item in enumerate(value):
            yield from tensors(item, f"{path}[{place}]")


def replaced(value: object, change: Change, path: str = "") -> object:
    """The same structure with each tensor `t` at `path` replaced by `change(path, t)`; other values are kept as they
    are."""
    if isinstance(value, Tensor):
        return change(path, value)
    if isinstance(value, dict):
        return {key: replaced(item, change, f"{path}.{key}") for key, item in value.items()}
    if isinstance(value, tuple | list):
        items = [replaced(item, change, f"{path}[{place}]") for place, item in enumerate(value)]
        if isinstance(value, list):
            return items
        fields = getattr(value, "_fields", None)
        return type(value)(**dict(zip(fields, items, strict=True))) if fields else tuple(items)
    return value
