"""`dltui challenge`: the settings to begin with, what they are worth, the author's own."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, to_builtins

from dltui.grading import settings
from dltui.grading.desk import Unready
from dltui.grading.track import Track
from dltui.journal.progress import Answered, Done, ProgressWriter
from dltui.journal.run import Run
from dltui.lesson.challenges import Challenge, work_file
from dltui.lesson.find import Entry
from dltui.lesson.records import AnyStep
from dltui.lesson.starter import starter, written
from dltui.lesson.toml import MOST_BYTES
from dltui.places import usable_state
from dltui.quiz.stars import GIVEN, Judged, Star
from dltui.text import clean

FINE, FAILED, UNDECIDED = 0, 1, 4


class _Desk(Struct, frozen=True):
    lesson: str
    step: Challenge
    file: Path

    @property
    def place(self) -> str:
        return f"{self.lesson}/{self.step.id}"

    @property
    def options(self) -> str:
        """What must stand behind the place on a command line."""
        return "" if self.file == work_file(self.lesson, self.step.id) else f" --to {self.file}"


def attend(entry: Entry, index: int, file: Path | None, options: Namespace) -> int:
    """Do what was asked for; the exit code: 0 all stars, 1 fewer, 4 cannot be judged. Raises Unready, OSError."""
    assert entry.lesson is not None, "a broken lesson is told before"
    step = entry.lesson.step[index]
    if not isinstance(step, Challenge):
        raise Unready(f"{entry.id}/{step.id} is no challenge; {_instead(entry.lesson.step, entry.id)}")
    desk = _Desk(entry.id, step, file or work_file(entry.id, step.id))
    if options.action == "start":
        return _start(desk, options.force)
    judged = _judged(desk, options.json)
    if options.action == "solution":
        return _solution(desk, judged)
    if options.json:
        print(json.dumps({"place": desk.place, "file": str(desk.file), **to_builtins(judged)}))
    else:
        print("\n".join(_lines(desk, judged, options.hints)))
        _remember(desk, judged, options.hints)
    return _code(judged)


def _instead(steps: list[AnyStep], lesson: str) -> str:
    there = [each.id for each in steps if isinstance(each, Challenge)]
    return f"its challenges are {', '.join(there)}" if there else f"the lesson {lesson} has none"


def _start(desk: _Desk, force: bool) -> int:
    if desk.file.exists() and not force:
        raise Unready(f"{desk.file} is there already: --force starts again")
    desk.file.parent.mkdir(parents=True, exist_ok=True)
    desk.file.write_text(starter(desk.lesson, desk.step), encoding="utf-8")
    print(f"{desk.file} is written. Change it, then: dltui challenge check {desk.place}{desk.options}")
    return FINE


def _judged(desk: _Desk, quiet: bool) -> Judged:
    """Trained with the seeds for practice."""
    try:
        with desk.file.open("rb") as file:
            source = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise Unready(f"{desk.file}: no such file; dltui challenge start {desk.place} writes it") from None
    seeds = settings.practice(desk.step)
    with Track() as track:
        return settings.judge(desk.step, source, track, seeds, _Lines(seeds, quiet))


class _Lines:
    """A line on standard error for each run that is over, and one that moves on a terminal."""

    def __init__(self, seeds: list[int], quiet: bool) -> None:
        self._seeds = seeds
        self._quiet = quiet
        self._moving = sys.stderr.isatty()

    def __call__(self, number: int, run: Run) -> None:
        if self._quiet or not (run.over or self._moving):
            return
        values = "  ".join(f"{name} {value:.4g}" for name, value in run.final.items() if value is not None)
        text = f"seed {self._seeds[number]}  step {run.step}/{run.steps}  {values or run.state}"
        start, end = ("\r", "\n" if run.over else "") if self._moving else ("", "\n")
        sys.stderr.write(f"{start}{text.ljust(79 if self._moving else 0)}{end}")
        sys.stderr.flush()


def _lines(desk: _Desk, judged: Judged, hints: int) -> Iterator[str]:
    """The verdict for people."""
    yield clean(judged.verdict.said)
    for number, star in enumerate(judged.stars, 1):
        yield f"  {'✓' if star.earned else '✗'} {number}  {star.goal}   {_stood(star)}"
    for number, hint in enumerate(desk.step.hints[:hints], 1):
        yield f"  hint {number}: {clean(hint)}"
    if judged.verdict.outcome == "right":
        last = desk.step.seed + desk.step.seeds - 1
        yield f"  Seeds {desk.step.seed} to {last} are for practice; a grader takes others."
        yield f"  The author's settings, to compare: dltui challenge solution {desk.place}{desk.options}"
    elif hints < len(desk.step.hints):
        yield f"  {len(desk.step.hints) - hints} more hints: --hints {hints + 1}"


def _stood(star: Star) -> str:
    return star.values if star.seeds == 1 else f"{star.values}   ({star.reached} of {star.seeds} seeds)"


def _solution(desk: _Desk, judged: Judged) -> int:
    if judged.verdict.outcome != "right":
        print(f"The author's settings are for comparing: they are shown when yours have all stars. Now: "
              f"{clean(judged.verdict.said)}", file=sys.stderr)
        return _code(judged)
    print(written(desk.step, desk.step.solution), end="")
    return FINE


def _code(judged: Judged) -> int:
    return {"right": FINE, "wrong": FAILED}.get(judged.verdict.outcome, UNDECIDED)


def _remember(desk: _Desk, judged: Judged, hints: int) -> None:
    if judged.verdict.outcome == "ungradable":
        return
    recorder = ProgressWriter(usable_state().folder / "progress")
    recorder.record(Answered(lesson=desk.lesson, step_id=desk.step.id, question=desk.step.id, given=GIVEN,
                             outcome=judged.verdict.outcome, score=judged.verdict.score, hints=hints))
    if judged.verdict.outcome == "right":
        recorder.record(Done(lesson=desk.lesson, step_id=desk.step.id))
