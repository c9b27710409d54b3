"""Run folders: their names, the list of them, and keeping them within bounds."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from msgspec import Struct

from dltui.journal.ends import first_line, last_lines
from dltui.journal.events import AnyEvent, Finished, Metrics, Started
from dltui.journal.line import decode
from dltui.journal.owner import JOURNAL, alive, claim, release
from dltui.journal.run import Run, State
from dltui.text import clean

__all__ = [
    "CHECKPOINT", "JOURNAL", "RunSummary", "alive", "claim", "discard", "engines_dir", "lean", "living", "new_run_id",
    "path", "prune", "release", "restore", "runs", "runs_dir", "started", "summary",
]

_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
CHECKPOINT = "checkpoint.npz"
"""The name of a run's checkpoint in its folder."""
LIMIT_BYTES = 200_000_000
KEPT = 20
"""The newest runs are never pruned."""
_ENGINE_FILES = 40
"""Journals and logs of engines that are kept, for whoever looks into a crash."""
_REACH = (1 << 12, 1 << 16, 1 << 20)
"""Bytes of a journal's end that are tried until one holds a line that tells how far the run is: a picture does not."""
_SNAPSHOT, _KIND_WITHIN = b'"kind":"snapshot"', 40
"""The kind stands among the first bytes of a line; further on the same text would be somebody's words."""


def new_run_id(lesson: str, step_id: str, now: float, random: Random) -> str:
    """Such as `20260718-142233-125-cnn-shapes-train-5f0c9a1e`: in UTC, so that names sort by time."""
    moment = datetime.fromtimestamp(now, UTC)
    stamp = f"{moment:%Y%m%d-%H%M%S}-{moment.microsecond // 1000:03d}"
    return f"{stamp}-{lesson}-{step_id}-{random.getrandbits(32):08x}"


def runs_dir(state: Path) -> Path:
    return state / "runs"


def engines_dir(state: Path) -> Path:
    """Where each engine has a journal and a log of its own, named so that they sort by time."""
    return state / "engines"


def path(state: Path, run_id: str) -> Path:
    """The folder of a run, which need not exist. ValueError for a name that is none or leads out of the runs."""
    root = runs_dir(state)
    folder = root / run_id
    if not _RUN_ID.fullmatch(run_id) or folder.resolve().parent != root.resolve():
        raise ValueError(f"not the name of a run: {run_id!r}; `dltui runs` lists them")
    return folder


class RunSummary(Struct, frozen=True):
    """What a list of runs shows. Of a run whose journal is damaged at its start only the folder is certain."""

    run: str
    folder: Path
    lesson: str
    step_id: str
    state: State
    t: float
    """When it was started, seconds since 1970."""
    step: int
    steps: int
    seed: int
    device: str
    seconds: float
    final: dict[str, float | None]
    message: str
    checkpoint: str
    digest: str


def runs(state: Path) -> list[RunSummary]:
    """All runs, newest first."""
    return [summary(folder) for folder in _folders(state)]


def living(state: Path) -> list[RunSummary]:
    """The runs that a living process is training at this moment, newest first."""
    found = [summary(folder) for folder in _folders(state) if alive(folder)]
    return [each for each in found if each.lesson and each.state in ("running", "paused")]


def summary(folder: Path) -> RunSummary:
    """One run at a glance."""
    run, begun = Run(), 0.0
    for event in _ends(folder / JOURNAL):
        run.apply(event)
        begun = begun or event.t
    if not run.over and not alive(folder):
        run.lose()
    return RunSummary(
        clean(folder.name, lines=False), folder, run.lesson, run.step_id, run.state, begun, run.step, run.steps,
        run.seed, run.device, run.seconds, run.final, run.message, run.checkpoint,
        run.started.digest if run.started else "",
    )  # fmt: skip


def started(folder: Path) -> Started | None:
    """The first line of its journal, which says what was to be trained; None if that is damaged."""
    with suppress(OSError):
        event = decode(first_line(folder / JOURNAL))
        return event if isinstance(event, Started) else None
    return None


def lean(folder: Path) -> Run:
    """The whole run but for its pictures, which are most of a journal."""
    run = Run()
    with suppress(OSError), (folder / JOURNAL).open("rb") as journal:
        for line in journal:
            if _SNAPSHOT not in line[:_KIND_WITHIN] and (event := decode(line)) is not None:
                run.apply(event)
    if not run.over and not alive(folder):
        run.lose()
    return run


def discard(folder: Path) -> bool:
    """Take a run off the list. `restore` brings it back until the next engine starts, which empties the trash. False if
    a living process writes it; raises OSError."""
    if not claim(folder):
        return False
    folder.rename(_trash(folder))
    return True


def restore(folder: Path) -> bool:
    """Put a discarded run back where it was; False if its trash has been emptied."""
    try:
        _trash(folder).rename(folder)
        release(folder)
    except OSError:
        return False
    return True


def prune(state: Path, limit_bytes: int = LIMIT_BYTES, kept: int = KEPT) -> int:
    """Bring all runs together under the limit: the oldest lose their snapshots first, then go altogether. A run that
    somebody is writing stays as it is, and so does what cannot be removed. Of engines only the newest files are kept.
    Returns the bytes that were freed among the runs."""
    _empty_trash(state)
    _forget_engines(state)
    folders = list(_folders(state))
    sizes = {folder: _size(folder) for folder in folders}
    before = sum(sizes.values())
    for shrink in (_drop_snapshots, _remove):
        for folder in reversed(folders[kept:]):
            if sum(sizes.values()) <= limit_bytes:
                break
            _shrink_owned(folder, shrink)
            sizes[folder] = _size(folder)
    return before - sum(sizes.values())


def _shrink_owned(folder: Path, shrink: Callable[[Path], None]) -> None:
    with suppress(OSError):
        if claim(folder):
            try:
                shrink(folder)
            finally:
                release(folder)


def _drop_snapshots(folder: Path) -> None:
    """The journal without its snapshot lines, by an atomic rename."""
    whole, lean = folder / JOURNAL, folder / f".{JOURNAL}"
    with whole.open("rb") as source, lean.open("wb") as target:
        target.writelines(line for line in source if _SNAPSHOT not in line[:_KIND_WITHIN])
        target.flush()
        os.fsync(target.fileno())
    lean.replace(whole)


def _remove(folder: Path) -> None:
    """Out of the list at once by a rename, then from the disk; what a crash leaves of it goes the next time."""
    _delete(folder.rename(_trash(folder)))


def _trash(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}")


def _empty_trash(state: Path) -> None:
    for trash in runs_dir(state).glob(".*"):
        _delete(trash)


def _forget_engines(state: Path) -> None:
    with suppress(OSError):
        for file in sorted(engines_dir(state).iterdir())[:-_ENGINE_FILES]:
            file.unlink()


def _delete(folder: Path) -> None:
    """All of a folder that can be deleted, links not followed (shutil.rmtree costs 20 ms of import)."""
    for place, folders, files in os.walk(folder, topdown=False):
        for entry in (Path(place, name) for name in (*files, *folders)):
            with suppress(OSError):
                if entry.is_dir() and not entry.is_symlink():
                    entry.rmdir()
                else:
                    entry.unlink()
    with suppress(OSError):
        folder.rmdir()


def _folders(state: Path) -> list[Path]:
    """Newest first; nothing if there are no runs yet. What has no name of a run is none of ours."""
    try:
        with os.scandir(runs_dir(state)) as entries:
            names = [entry.name for entry in entries if entry.is_dir() and _RUN_ID.fullmatch(entry.name)]
    except OSError:
        return []
    return [runs_dir(state) / name for name in sorted(names, reverse=True)]


def _size(folder: Path) -> int:
    return sum(file.lstat().st_size for file in folder.rglob("*") if file.is_file())


def _ends(journal: Path) -> list[AnyEvent]:
    """The first event and the last ones."""
    first: list[AnyEvent] = []
    last: list[AnyEvent] = []
    with suppress(OSError):
        first = [event for event in (decode(first_line(journal)),) if event]
        for reach in _REACH:
            last = [event for event in map(decode, last_lines(journal, reach)) if event]
            if any(isinstance(event, Metrics | Finished) for event in last):
                break
    return first + last
