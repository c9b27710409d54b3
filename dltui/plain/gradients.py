"""Gradient checks in lines: of a function in a file, of a step of a lesson, in a tour."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from msgspec import structs
from torch import nn

from dltui.engine.gradients import Objection, measure
from dltui.engine.worker import THREADS
from dltui.gradcheck import GradientReport, check
from dltui.gradcheck.check import MODES, Mode
from dltui.gradcheck.naming import Inputs, subject_of
from dltui.gradcheck.pair import pair_of
from dltui.gradcheck.render import WIDEST, heat
from dltui.lesson.find import Entry
from dltui.lesson.gradients import check_of, check_of_round
from dltui.lesson.problem import listed
from dltui.lesson.records import Experiment, GradientCheck
from dltui.plain.candidate import Broken, Unfit, found, opened, theirs
from dltui.plain.inputs import converted, declared, written
from dltui.plain.report import text
from dltui.plain.talk import Talk
from dltui.plain.tensors import DTYPES
from dltui.text import clean

USAGE, UNDECIDED = 2, 4
EXITS = {"right": 0, "wrong": 1, "inconclusive": UNDECIDED}


@dataclass(frozen=True)
class Order:
    """What the command line asks for."""

    mode: Mode = "full"
    inputs: tuple[str, ...] = ()
    dtype: str | None = None
    seed: int | None = None
    budget_s: float | None = None
    samples: int | None = None
    as_json: bool = False
    quiet: bool = False


def check_file(path: Path, name: str, order: Order) -> int:
    """Check something in a file and return the exit code: 0 right, 1 wrong, 2 usage, 4 inconclusive or the file fails.
    """
    try:
        report = _of_file(path, name.strip(), order)
    except Unfit as error:
        return _complain(str(error), USAGE)
    except Broken as error:
        return _complain(str(error), UNDECIDED)
    return _tell(replace(report, title=f"{path.name}:{name}"), order)


def _of_file(path: Path, name: str, order: Order) -> GradientReport:
    """Raises Unfit and Broken."""
    _prepare(order.mode, order.seed or 0)
    dtype = DTYPES[order.dtype] if order.dtype else None
    with opened(path) as names:
        fn = found(path, names, name)
        inputs = written(fn, name, order.inputs, dtype) if order.inputs else declared(path, names, fn, name)
        if dtype is not None:
            fn = fn.to(dtype) if isinstance(fn, nn.Module) else fn
            inputs = converted(inputs, dtype)
        report = theirs(path, lambda: check(
            fn, inputs, mode=order.mode, seed=order.seed or 0, budget_s=order.budget_s, samples=order.samples,
        ))  # fmt: skip
        if any(" raised " in said for said in (*report.faults, *report.notes)):
            return replace(report, notes=(*report.notes, *_raising(path, fn, inputs)))
    return report


def _raising(path: Path, fn: object, inputs: Inputs) -> Iterator[str]:
    """Where forward or backward raises: the checker keeps only what."""
    forward, backward = fn if isinstance(fn, tuple) else (fn, None)

    def once() -> None:
        subject = subject_of(forward, inputs, "all")
        outputs, gradients, _ = (subject if backward is None else pair_of(subject, backward)).tracked()
        gradients([torch.ones_like(output) for output in outputs])

    try:
        theirs(path, once)
    except Broken as error:
        yield f"raised at {error.place}"


def check_step(entry: Entry, index: int, order: Order) -> int:
    """Check the model of a step, each round of a bug hunt, and return the exit code of the worst."""
    assert entry.lesson is not None
    step = entry.lesson.step[index]
    if not isinstance(step, Experiment | GradientCheck):
        there = [each.id for each in entry.lesson.step if isinstance(each, Experiment | GradientCheck)]
        rest = f"there is one in {listed(there, 'and')}" if there else "no step of the lesson has"
        return _complain(f"{entry.id}/{step.id} has no gradient; {rest}", USAGE)
    if order.inputs:
        return _complain("--input is for FILE.py:NAME; a step of a lesson brings its own data", USAGE)
    whole = check_of(step) if isinstance(step, Experiment) else step
    changes = {key: given for key, given in (("dtype", order.dtype), ("seed", order.seed)) if given is not None}
    whole = structs.replace(whole, **changes)
    codes = []
    for at, each in enumerate(checks(whole)):
        number = f" round {at + 1}" if whole.rounds else ""
        try:
            _prepare(order.mode, each.seed)
            report = measure(each, order.mode, order.budget_s, order.samples)[1]
        except Unfit as error:
            return _complain(str(error), USAGE)
        except Objection as error:
            return _complain(f"{entry.id}/{step.id} cannot be checked: {error}", UNDECIDED)
        if whole.rounds and not order.as_json and not order.quiet:
            Talk().rule(f"round {at + 1} of {len(whole.rounds)}: {_planted(each)}")
        codes.append(_tell(replace(report, title=f"{entry.id}/{step.id}{number}"), order))
    return max(codes, key=[0, UNDECIDED, 1].index)


def checks(step: GradientCheck) -> list[GradientCheck]:
    """Those of its rounds; itself where there are none."""
    return [check_of_round(step, at) for at in range(len(step.rounds))] or [step]


def _planted(step: GradientCheck) -> str:
    return "an honest backward" if step.bug == "none" else f"{step.bug} in layer {step.layer}"


def _prepare(mode: str, seed: int) -> None:
    """Raises Unfit for a mode that there is not."""
    if mode not in MODES:
        raise Unfit(f"--mode {mode}: expected {listed(MODES)}")
    torch.set_num_threads(THREADS)
    if torch.cuda.is_available():  # TF32 keeps 10 bits of a float32's 23: differences would drown in it
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    torch.manual_seed(seed)


def _tell(report: GradientReport, order: Order) -> int:
    if order.as_json:
        print(report.to_json())
    elif order.quiet:
        print(clean(str(report), lines=False))
    else:
        show(report, Talk())
    return EXITS[report.verdict]


def show(report: GradientReport, talk: Talk, *, hints: bool = True) -> None:
    """The report in lines; without `hints` with a map of each wrong tensor instead of the causes."""
    for row in text(report, talk.width, hints=hints).split("\n", allow_blank=True):
        if row.cell_len > talk.width:
            talk.tell(row.plain.strip(), "      ", first="    " if row.plain.startswith(" ") else "")
        else:
            talk.say(row)
    for tensor in report.tensors.values() if not hints else []:
        if tensor.counts["wrong"] and tensor.analytic.dim() > 1:  # the pattern is a clue
            talk.say(f"\n{clean(tensor.name)}: error ÷ tolerance of each element")
            talk.say(heat(tensor, min(talk.width, WIDEST)))


def _complain(message: str, code: int) -> int:
    print(f"dltui: {clean(message, lines=False)}", file=sys.stderr)
    return code
