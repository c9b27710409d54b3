"""What is wrong with a lesson file, and the report in which all of it is collected with its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from dltui.lesson.place import Path, Place
from dltui.text import clean, one_line

if TYPE_CHECKING:
    from dltui.lesson.positions import Positions

MOST_PROBLEMS = 100
"""A file with more is no lesson with mistakes but something else."""

OTHER_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "batch_size": "batch",
        "correct": "ok",
        "dataset": "data",
        "dense": "linear",
        "duration": "minutes",
        "features": "out",
        "filters": "out",
        "fully_connected": "linear",
        "kernel_size": "kernel",
        "layers": "model",
        "learning_rate": "lr",
        "negative_slope": "slope",
        "out_channels": "out",
        "out_features": "out",
        "prompt": "ask",
        "question": "ask",
        "questions": "question",
        "reason": "why",
        "steps": "step",
        "units": "out",
    }
)
"""What the same thing is called elsewhere."""


class Problem(Struct, frozen=True, order=True):
    """One mistake. Line and column count from 1; line 0: the file as a whole."""

    file: str
    line: int
    column: int
    message: str
    hint: str = ""
    """What was probably meant, ready to be put in its place."""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.message}" + (f" — did you mean “{self.hint}”?" if self.hint else "")


def problem(file: str, place: tuple[int, int], message: str, hint: str = "") -> Problem:
    """A Problem whose texts are safe to print, whatever was quoted in them."""
    return Problem(clean(file, lines=False), *place, clean(message, lines=False), clean(hint, lines=False))


class Report:
    """The problems of one file, at most one for each place."""

    def __init__(self, file: str, source: str) -> None:
        self.file = file
        self.source = source
        self._found: dict[tuple[Path, int | None], tuple[str, str]] = {}
        self._excused: set[Path] = set()

    @cached_property
    def positions(self) -> Positions:
        """Looked for where there is a problem to place: most files have none."""
        return cast("Positions", import_module("dltui.lesson.positions").positions(self.source))

    @property
    def full(self) -> bool:
        return len(self._found) >= MOST_PROBLEMS

    def add(self, path: Path, message: str, *, hint: str = "", index: int | None = None) -> None:
        """Note a problem with the value at `path`, or with character `index` of the text there. The first problem of
        a place is the cause; what comes after it is dropped."""
        if not self.full and path not in self._excused:
            self._found.setdefault((path, index), (message, hint))

    def excuse(self, path: Path) -> None:
        """Drop what is still to come about a key that is there under a misspelt name."""
        self._excused.add(path)

    def problems(self) -> tuple[Problem, ...]:
        """In the order of the file."""
        found = [problem(self.file, self._place(*key), *texts) for key, texts in self._found.items()]
        if self.full:
            last = max(found)
            found.append(problem(self.file, (last.line, last.column + 1), "and so on: there are more problems"))
        return tuple(sorted(found))

    def _place(self, path: Path, index: int | None) -> Place:
        return self.positions.nearest(path) if index is None else self.positions.inside(path, index)


def nearest(word: object, known: Iterable[str]) -> str:
    """The name in `known` that was probably meant by `word`; empty if none is close."""
    if not isinstance(word, str):
        return ""
    names = list(known)
    plain = word[:64].strip().lower().replace("-", "_")
    if OTHER_NAMES.get(plain) in names:
        return OTHER_NAMES[plain]
    by_plain = {name.lower().replace("-", "_"): name for name in names}
    close: list[str] = import_module("difflib").get_close_matches(plain, by_plain, 1)
    return by_plain[close[0]] if close else ""


def quoted(text: str, width: int = 40) -> str:
    """`text` on one line in quotation marks, cut short."""
    return f'"{one_line(text, width)}"'


def listed(names: Iterable[object], last: str = "or") -> str:
    """`a, b or c`"""
    words = [str(name) for name in names]
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
