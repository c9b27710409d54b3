"""Saying that something takes a while, where somebody is looking."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """A line on stderr with a turning mark for as long as it lasts; nothing where stderr is no terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(Text(what), spinner="line"):  # of ASCII characters
        yield
