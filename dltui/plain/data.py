"""Data sets in lines: which there are, and bringing the one that does not come with dltui."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from dltui.engine import mnist
from dltui.engine.fetch import MIRRORS, FetchError, fetch, take
from dltui.lesson.datasets import DATASETS, DataSpec
from dltui.plain.signals import interruptible
from dltui.text import clean

FINE, FAILED, USAGE = 0, 1, 2
STAND_IN = "the data set digits28 stands in for it: `dltui train LESSON/STEP --set data=digits28`"


def lines() -> Iterator[str]:
    """Name, rows to train on and held out, size of a row, target, title."""
    table = [(spec.name, _rows(spec), "×".join(map(str, spec.shape)), _target(spec)) for spec in DATASETS.values()]
    wide = [max(len(row[column]) for row in table) for column in range(4)]
    for row, spec in zip(table, DATASETS.values(), strict=True):
        cells = "  ".join(f"{cell:<{width}}" for cell, width in zip(row, wide, strict=True))
        yield f"{cells}  {spec.title}{'' if _here(spec) else ' (to be fetched: dltui data fetch mnist)'}"


def as_json() -> str:
    """The same for programs."""
    return json.dumps([
        {"name": spec.name, "title": spec.title, "shape": spec.shape, "classes": spec.classes,
         "train_rows": spec.train_rows, "test_rows": spec.test_rows, "target": spec.target_kind, "here": _here(spec)}
        for spec in DATASETS.values()
    ])  # fmt: skip


def bring(source: Path | None, mirrors: Sequence[str]) -> int:
    """Fetch MNIST, from `source` if one is given; the exit code."""
    if source is not None and not source.exists():
        return _say(f"--from {source}: no such file or folder", USAGE)
    if wrong := [mirror for mirror in mirrors if not mirror.lower().startswith(("http://", "https://"))]:
        return _say(f"--mirror {wrong[0]}: expected an address that begins with https:// or http://", USAGE)
    return interruptible(lambda: _bring(source, mirrors or MIRRORS))


def _bring(source: Path | None, mirrors: Sequence[str]) -> int:
    before = mnist.file().exists()
    try:
        if source is not None:
            place = take(source)
        else:
            with _Bars() as bars:
                place = fetch(bars, mirrors)
    except FetchError as error:
        way = "" if source is not None else "; a folder that has the files will do: `dltui data fetch mnist --from DIR`"
        return _say(f"{error}{way}. Until then {STAND_IN}", FAILED)
    except KeyboardInterrupt:
        _say("interrupted; what has come is kept, and the same command goes on from there", FAILED)
        raise
    print(f"MNIST {'is' if before else 'is now'} at {clean(str(place), lines=False)}: all SHA-256 sums are right")
    return FINE


class _Bars:
    """A bar for each file; in a log only what goes wrong, and each file once it is whole."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=console, disable=not console.is_terminal)
        self._tasks: dict[str, TaskID] = {}
        self._told: set[str] = set()
        self._quiet = console.is_terminal

    def __enter__(self) -> _Bars:
        self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.stop()

    def progress(self, name: str, done: int, total: int | None) -> None:
        if name not in self._tasks:
            self._tasks[name] = self._bar.add_task(name, total=total)
        self._bar.update(self._tasks[name], completed=done, total=total)
        if done == total and name not in self._told and not self._quiet:
            self._told.add(name)
            print(f"{name}: {done} bytes", file=sys.stderr)

    def note(self, said: str) -> None:
        self._bar.console.print(f"dltui: {clean(said, lines=False)}", markup=False, highlight=False, soft_wrap=True)


def _rows(spec: DataSpec) -> str:
    return f"{spec.train_rows}+{spec.test_rows}" if spec.test_rows else str(spec.train_rows)


def _target(spec: DataSpec) -> str:
    return {"class": f"{spec.classes} classes", "number": "a number", "none": "none"}[spec.target_kind]


def _here(spec: DataSpec) -> bool:
    return not spec.fetched or mnist.file().exists()


def _say(message: str, code: int) -> int:
    print(f"dltui: {clean(message, lines=False)}", file=sys.stderr)
    return code
