"""Where something stands in a text: line and column, both from 1, columns in characters."""

from __future__ import annotations

from typing import NamedTuple

Path = tuple[str | int, ...]
"""Keys and element numbers from the top of a document: `("step", 0, "model", 2, "kernel")`."""


class Place(NamedTuple):
    line: int
    column: int


def place(source: str, offset: int) -> Place:
    return Place(source.count("\n", 0, offset) + 1, offset - source.rfind("\n", 0, offset))
