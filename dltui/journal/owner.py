"""Who may write in a run folder, and who may steer the run.

Each owner of a run writes one file of its own, `owner.json`, then `owner.1.json`, … An owner file is created by O_EXCL
and never overwritten, and a later one is created only when all before it belong to dead processes. So of any number of
processes that want a run at the same moment exactly one gets it, without locks that a crash could leave behind. The
same with `helm.json` and so on: of all screens that show a run one steers it, the others watch.
"""

from __future__ import annotations

import errno
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from dltui.journal.process import host_name, process_start

JOURNAL = "journal.jsonl"
"""The name of every run's journal in its folder."""
Role = Literal["owner", "helm"]
"""`owner` writes the journal: the process that trains. `helm` steers: one of those that watch."""
_NAME = re.compile(r"(owner|helm)(?:\.(\d{1,6}))?\.json")
_HALF_WRITTEN = 10.0
"""Seconds for which an owner file without a readable owner counts as one that is just being written."""
_FOREIGN_SILENCE = 600.0
"""Seconds without a new line after which a run on another host counts as dead: its processes cannot be seen."""


class Owner(msgspec.Struct, frozen=True):
    pid: int
    start: str
    """When the process started, in whatever form the system tells it: a pid alone may have been given away again."""
    host: str


def claim(folder: Path, role: Role = "owner") -> bool:
    """Become the one writer of the run; False if a living process, this one included, already is. Raises OSError."""
    owners = list(_owners(folder, role))
    if any(_lives(file) for _, file in owners):
        return False
    number = max((number for number, _ in owners), default=-1) + 1
    file = folder / (f"{role}.{number}.json" if number else f"{role}.json")
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    try:
        words = msgspec.json.encode(_self())
        if os.write(handle, words) < len(words):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(file))
    except OSError:
        file.unlink()
        raise
    finally:
        os.close(handle)
    return True


def release(folder: Path, role: Role = "owner") -> None:
    """Give the run back, if it is this process's."""
    for _, file in _owners(folder, role):
        if _read(file) == _self():
            file.unlink(missing_ok=True)


def alive(folder: Path, role: Role = "owner") -> bool:
    """Whether a living process has the role."""
    return any(_lives(file) for _, file in _owners(folder, role))


def held(folder: Path, role: Role = "owner") -> bool:
    """Whether this process has the role."""
    return any(_read(file) == _self() for _, file in _owners(folder, role))


def holder(folder: Path, role: Role = "owner") -> Owner | None:
    """The living process that has the role; None if there is none, or it has not written its name yet."""
    return next((_read(file) for _, file in _owners(folder, role) if _lives(file)), None)


def _owners(folder: Path, role: Role) -> Iterator[tuple[int, Path]]:
    for file in folder.glob(f"{role}*.json"):
        if match := _NAME.fullmatch(file.name):
            yield int(match[2] or 0), file


def _read(file: Path) -> Owner | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Owner)
    except (OSError, msgspec.DecodeError):
        return None


def _lives(file: Path) -> bool:
    owner = _read(file)
    if owner is None:  # just being written, or left empty by a crash at the wrong moment
        return _silence(file) < _HALF_WRITTEN
    start = process_start(owner.pid) if owner.host == host_name() else ""
    if start == "" or owner.start == "":
        return min(_silence(file), _silence(file.parent / JOURNAL)) < _FOREIGN_SILENCE
    return start == owner.start


def _silence(file: Path) -> float:
    """Seconds since the file changed; infinite if there is none."""
    try:
        return time.time() - file.stat().st_mtime
    except OSError:
        return float("inf")


def _self() -> Owner:
    return Owner(os.getpid(), process_start(os.getpid()) or "", host_name())
