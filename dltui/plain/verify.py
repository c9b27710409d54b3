"""What lessons claim, run and recomputed: proofs of keys, gradient checks, experiments over several seeds."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
from msgspec import Struct
from msgspec.structs import asdict, replace

from dltui.engine.gradients import check as check_gradient
from dltui.engine.sweep import train
from dltui.explore.proofs import prove
from dltui.grading.exercise import Workshop
from dltui.journal.events import Finished
from dltui.journal.run import Run
from dltui.lesson.claims import holds
from dltui.lesson.comparison import variants
from dltui.lesson.datasets import DATASETS
from dltui.lesson.entering import applied, base
from dltui.lesson.expressions import ExpressionError
from dltui.lesson.find import Entry
from dltui.lesson.records import Challenge, Exercise, Experiment, GradientCheck, Lesson, Numeric, Point, Quiz, Shape
from dltui.lesson.tasks import NoTask, Workpiece, workpiece
from dltui.places import cache_dir
from dltui.quiz.stars import Ended, judged

AGREES = 1e-6
"""Relative: a proof and the value beside it."""


class Finding(Struct, frozen=True, omit_defaults=True):
    """One thing that was looked at."""

    place: str
    """LESSON/STEP, with the question's id behind a third slash."""
    what: str
    """The claim, the proof, or what was checked."""
    ok: bool
    said: str
    seconds: float


def verify(entries: Sequence[Entry], *, seeds: int, only: str = "", as_json: bool = False) -> int:
    """Print what holds and what does not; 0 all holds, 1 something does not."""
    torch.set_num_threads(1)
    failed = 0
    for entry in entries:
        assert entry.lesson is not None, "a broken lesson is told before"
        for finding in findings(entry.lesson, seeds, only, entry.path.parent):
            failed += not finding.ok
            if as_json:
                print(json.dumps(asdict(finding)))
            else:
                mark = "ok  " if finding.ok else "FAIL"
                print(f"{mark} {finding.place}  {finding.what}  {finding.said}  {finding.seconds:.1f} s", flush=True)
    print("all holds" if not failed else f"{failed} of it does not hold", file=sys.stderr)
    return int(bool(failed))


def findings(lesson: Lesson, seeds: int, only: str = "", folder: Path = Path()) -> Iterator[Finding]:
    """Everything in one lesson that a run or a computation can prove; with `only`, of that step. `folder` is that of
    the lesson, where its exercises are."""
    for step in lesson.step:
        place = f"{lesson.id}/{step.id}"
        if only and step.id != only:
            continue
        match step:
            case Quiz():
                for question in step.question:
                    if isinstance(question, Numeric | Shape | Point) and question.answer.proof:
                        key = question.answer
                        yield _timed(f"{place}/{question.id}", key.proof, partial(_proof, key.proof, key.value))
            case GradientCheck():
                for bug, layer in [(step.bug, step.layer), *((each.bug, each.layer) for each in step.rounds)]:
                    one = replace(step, rounds=[], bug=bug, layer=layer)
                    yield _timed(place, f"gradient, bug {bug}", partial(_gradient, one))
            case Exercise():
                yield from _exercise(place, folder, step.exercise)
            case Challenge():
                solved, start = applied(step, step.solution), base(step)
                yield _timed(place, "the solution earns all stars", partial(_stars, step, solved, seeds, True))
                yield _timed(place, "the lesson's own settings do not", partial(_stars, step, start, seeds, False))
            case Experiment() if step.claim:
                yield _timed(place, step.claim, partial(_claim, step, seeds))
            case _:
                pass


def _timed(place: str, what: str, look: Callable[[], tuple[bool, str]]) -> Finding:
    began = time.monotonic()
    ok, said = look()
    return Finding(place, what, ok, said, time.monotonic() - began)


def _proof(proof: str, value: Any) -> tuple[bool, str]:
    try:
        found = prove(proof)
    except ExpressionError as error:
        return False, error.message
    ok = _same(found, value)
    return ok, f"is {found}" if ok else f"is {found}, the lesson says {value}"


def _same(found: Any, value: Any) -> bool:
    if isinstance(found, list) and isinstance(value, list):
        return len(found) == len(value) and all(map(_same, found, value))
    if isinstance(found, list) or isinstance(value, list) or value is None:
        return False
    return math.isclose(found, value, rel_tol=AGREES)


def _exercise(place: str, folder: Path, name: str) -> Iterator[Finding]:
    """The solution passes; the starter and each mutant do not."""
    try:
        piece = workpiece(folder, name)
    except NoTask as error:
        yield Finding(place, f"exercise {name}", False, str(error), 0.0)
        return
    with Workshop() as shop:
        yield _timed(place, f"{name}: solution", partial(_judged, shop, piece, piece.solution, "right"))
        yield _timed(place, f"{name}: starter", partial(_judged, shop, piece, piece.starter, "wrong"))
        for mutant in piece.task.mutant:
            what = f"{name}: mutant {mutant.name}"
            yield _timed(place, what, partial(_judged, shop, piece, piece.mutated(mutant), "wrong"))


def _judged(shop: Workshop, piece: Workpiece, source: str, wanted: str) -> tuple[bool, str]:
    verdict = shop.judge(piece, source).verdict
    return verdict.outcome == wanted, f"is {verdict.outcome}: {verdict.said}"


def _gradient(step: GradientCheck) -> tuple[bool, str]:
    found = check_gradient(step, "full")
    return found.verdict == ("right" if step.bug == "none" else "wrong"), f"the checker says {found.verdict}"


def _claim(step: Experiment, seeds: int) -> tuple[bool, str]:
    missing = DATASETS[step.data].fetched and not (cache_dir().parent / "data").exists()
    told = []
    for seed in range(step.seed, step.seed + seeds):
        experiment = replace(step, seed=seed)
        try:
            finals = [_final(one) for one in variants(experiment) or [experiment]]
            held = holds(experiment, finals)
        except ExpressionError as error:
            return False, f"seed {seed}: {error.message}"
        except _NotDone as error:
            return missing and "fetch" in str(error), f"seed {seed}: {error}"
        told.append(", ".join(f"{name} {value:.4g}" for name, value in finals[-1].items() if value is not None))
        if not held:
            return False, f"not at seed {seed}: {told[-1]}"
    return True, f"over {seeds} seeds, the last one: {told[-1]}"


def _stars(step: Challenge, made: Experiment, seeds: int, wanted: bool) -> tuple[bool, str]:
    """Whether all stars are earned, or not; the solution with no fewer seeds than a grader takes."""
    runs = []
    for seed in range(step.seed, step.seed + max(seeds, step.seeds)):
        try:
            runs.append(Ended("done", _final(replace(made, seed=seed))))
        except _NotDone as error:
            runs.append(Ended("diverged", message=str(error)))
    found = judged(step, made, runs).verdict
    return (found.outcome == "right") == wanted, found.said


class _NotDone(Exception):
    """A run that did not come to its end, and why."""


def _final(experiment: Experiment) -> dict[str, float | None]:
    run = Run()
    last = None
    for last in train(experiment, lesson="verify", run="verify", device="cpu"):
        run.apply(last)
    if not isinstance(last, Finished):
        raise _NotDone(getattr(last, "message", "it did not end"))
    return run.final
