"""`dltui exercise`: the file to begin with, the verdict, the verdict on every save, the solution."""

from __future__ import annotations

import json
import os
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, to_builtins

from dltui.grading.exercise import Judged, Workshop
from dltui.grading.jail import NoJail
from dltui.journal.progress import Answered, Done, ProgressWriter
from dltui.lesson.find import Entry
from dltui.lesson.records import Exercise
from dltui.lesson.tasks import MARK, MOST_SOURCE, NoTask, Workpiece, begun, work_file, workpiece
from dltui.places import usable_state
from dltui.text import clean, one_line

LOOKS = 0.25
"""Seconds between two looks at a file that is watched."""
FINE, FAILED, UNDECIDED = 0, 1, 4


class Unready(ValueError):
    """The command line asks for what cannot be: one sentence."""


class _Desk(Struct, frozen=True):
    lesson: str
    step: Exercise
    piece: Workpiece
    file: Path

    @property
    def place(self) -> str:
        return f"{self.lesson}/{self.step.id}"

    @property
    def options(self) -> str:
        """What must stand behind the place on a command line."""
        return "" if self.file == work_file(self.lesson, self.piece.name) else f" --to {self.file}"


def named_in(path: Path, mark: str = MARK) -> str:
    """LESSON/STEP that a file of code, or with another mark of settings, is for. Raises Unready."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            first = file.readline(300)
    except OSError as error:
        raise Unready(f"{path}: {error.strerror}") from None
    if not first.removeprefix("\ufeff").startswith(mark):
        raise Unready(f"{path}: its first line does not say what it is for: {mark}LESSON/STEP")
    return first.removeprefix("\ufeff").removeprefix(mark).strip()


def attend(entry: Entry, index: int, file: Path | None, options: Namespace) -> int:
    """Do what was asked for; the exit code: 0 right, 1 wrong, 4 cannot be judged. Raises Unready."""
    desk = _desk(entry, index, file)
    if options.action == "start":
        return start(desk, options.force)
    with Workshop() as shop:
        if options.action == "watch":
            return _watch(desk, shop, options)
        judged = _judged(desk, shop)
        if options.action == "solution":
            return _solution(desk, judged)
        _tell(desk, judged, shop, options)
        return _code(judged)


def start(desk: _Desk, force: bool = False) -> int:
    """Write what the learner begins with."""
    if desk.file.exists() and not force:
        raise Unready(f"{desk.file} is there already: --force starts again")
    desk.file.parent.mkdir(parents=True, exist_ok=True)
    desk.file.write_text(begun(desk.place, desk.piece), encoding="utf-8")
    print(f"{desk.file} is written. Fill it in, then: dltui exercise check {desk.place}{desk.options}")
    return FINE


def _desk(entry: Entry, index: int, file: Path | None) -> _Desk:
    assert entry.lesson is not None, "a broken lesson is told before"
    step = entry.lesson.step[index]
    if not isinstance(step, Exercise):
        there = [each.id for each in entry.lesson.step if isinstance(each, Exercise)]
        known = f"its exercises are {', '.join(there)}" if there else f"the lesson {entry.id} has none"
        raise Unready(f"{entry.id}/{step.id} is no exercise; {known}")
    try:
        piece = workpiece(entry.path.parent, step.exercise)
    except NoTask as error:
        raise Unready(str(error)) from None
    return _Desk(entry.id, step, piece, file or work_file(entry.id, step.exercise))


def _judged(desk: _Desk, shop: Workshop) -> Judged:
    try:
        with desk.file.open("rb") as file:
            return shop.judge(desk.piece, file.read(MOST_SOURCE + 1))
    except FileNotFoundError:
        raise Unready(f"{desk.file}: no such file; dltui exercise start {desk.place} writes it") from None
    except OSError as error:
        raise Unready(f"{desk.file}: {error.strerror}") from None


def _watch(desk: _Desk, shop: Workshop, options: Namespace) -> int:
    """Until it is right; with --json until the reader has gone."""
    if not options.json:
        print(f"{desk.place}: {desk.file} is judged on every save. ctrl+c ends it.", flush=True)
    for _ in _saves(desk.file):
        judged = _judged(desk, shop)
        _tell(desk, judged, shop, options)
        if judged.verdict.outcome == "right" and not options.json:
            break
    return FINE


def _saves(file: Path) -> Iterator[None]:
    """Whenever the file has changed, and once at the start. Ends with the process that asked for it."""
    parent = os.getppid()
    seen: tuple[int, int, int] | None = None
    while os.getppid() == parent:
        try:
            there = file.stat()
            now: tuple[int, int, int] | None = (there.st_mtime_ns, there.st_size, there.st_ino)
        except OSError:  # editors take a file away for a moment
            now = seen
        if now != seen:
            seen = now
            yield
        elif seen is None:
            raise Unready(f"{file}: no such file; dltui exercise start writes it")
        time.sleep(LOOKS)


def _code(judged: Judged) -> int:
    return {"right": FINE, "wrong": FAILED}.get(judged.verdict.outcome, UNDECIDED)


def _tell(desk: _Desk, judged: Judged, shop: Workshop, options: Namespace) -> None:
    if options.json:
        print(json.dumps(_plain(desk, judged)), flush=True)
        return
    for line in _lines(desk, judged, options.hints):
        print(line)
    if weak := _weak(desk, shop):
        print(weak, file=sys.stderr)
    sys.stdout.flush()
    _remember(desk, judged, options.hints)


def _plain(desk: _Desk, judged: Judged) -> dict[str, object]:
    right = judged.verdict.outcome == "right"
    return {"place": desk.place, "file": str(desk.file), **to_builtins(judged), "hints": desk.piece.task.hints,
            "solution": desk.piece.solution if right else ""}  # fmt: skip


def _weak(desk: _Desk, shop: Workshop) -> str:
    try:
        missing = shop.missing(desk.piece.task.uses)
    except NoJail:
        return ""
    return f"isolation: weak, this machine has no {', no '.join(missing)}" if missing else ""


def _lines(desk: _Desk, judged: Judged, hints: int) -> Iterator[str]:
    """The verdict for people."""
    mark = {"right": "✓", "wrong": "✗"}.get(judged.verdict.outcome, "?")
    yield f"{mark} {judged.verdict.said}"
    if judged.passed and judged.failure:
        yield f"  right so far: {', '.join(judged.passed)}"
    if failure := judged.failure:
        yield f"  case {failure.case} of {failure.cases} of {failure.function}"
        rows = [*failure.arguments, ("expected", failure.expected), *([("got", failure.got)] if failure.got else [])]
        wide = max(len(name) for name, _ in rows)
        yield from (f"    {name.ljust(wide)}  {value}" for name, value in rows)
        if failure.said not in judged.verdict.said:
            yield f"    {failure.said}"
    if judged.printed.strip():
        yield "  your code printed:"
        yield from (f"    {one_line(line, 200)}" for line in judged.printed.strip().splitlines()[:20])
    for number, hint in enumerate(desk.piece.task.hints[:hints], 1):
        yield f"  hint {number}: {clean(hint)}"
    if judged.verdict.outcome == "right":
        yield f"  The solution, to compare: dltui exercise solution {desk.place}{desk.options}"
    elif hints < len(desk.piece.task.hints):
        yield f"  {len(desk.piece.task.hints) - hints} more hints: --hints {hints + 1}"


def _solution(desk: _Desk, judged: Judged) -> int:
    if judged.verdict.outcome != "right":
        print(f"The solution is for comparing: it is shown when yours is right. Now: {judged.verdict.said}",
              file=sys.stderr)
        return _code(judged)
    print(desk.piece.solution, end="")
    return FINE


def _remember(desk: _Desk, judged: Judged, hints: int) -> None:
    if judged.verdict.outcome == "ungradable":
        return
    recorder = ProgressWriter(usable_state().folder / "progress")
    recorder.record(Answered(lesson=desk.lesson, step_id=desk.step.id, question=desk.step.id, given="code",
                             outcome=judged.verdict.outcome, score=judged.verdict.score, hints=hints,
                             digest=desk.piece.digest))
    if judged.verdict.outcome == "right":
        recorder.record(Done(lesson=desk.lesson, step_id=desk.step.id))
