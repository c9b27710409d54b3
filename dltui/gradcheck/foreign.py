"""The border to code that is not ours: the function under test may raise anything, warn, or speak in odd characters.

Beside the point of interest a function may leave its domain (`log` of a negative number, a `cholesky` that fails, an
assertion of the author). That is a fact about the function, to be worked with, and never a reason to stop.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

Result = TypeVar("Result")
LONGEST = 240


@dataclass(frozen=True)
class Failure:
    """What foreign code raised."""

    kind: str
    """Name of the exception's class."""
    text: str
    """Its message on one line of printable characters, at most `LONGEST` of them."""

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}" if self.text else self.kind


def printable(text: object) -> str:
    """`text` on one line, without control characters, cut to `LONGEST` characters."""
    line = "".join(mark if mark.isprintable() else " " for mark in str(text))
    line = " ".join(line.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def attempt(call: Callable[[], Result]) -> Result | Failure:
    """The result of `call`, or the `Failure` it ended in."""
    try:
        return call()
    # A learner's function may raise any class of exception, its own included: this is where foreign code enters.
    except Exception as error:
        return Failure(type(error).__name__, printable(error))


@contextmanager
def quiet() -> Iterator[None]:
    """Warnings of the function under test are shown once by its author's own run, not thousands of times by ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
