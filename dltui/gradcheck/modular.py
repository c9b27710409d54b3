"""Module by module: each layer is asked alone, and the guilty one is named.

One forward and backward of the whole net records what passes through every module. Then

* parameters of layers whose structure is known are compared with differences by rows (`rows`), with the cotangents
  that really arrived;
* directions through all parameters and inputs of the net check what modules alone cannot: the gradients that flow
  between them, and code of the net outside of them.

When either disagrees, every module is checked alone with all of its inputs and parameters, children before parents: the
first that is wrong while all of its children are right is the guilty one.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor, nn

from dltui.gradcheck.budget import Clock
from dltui.gradcheck.directional import aimed, directional, slope, through
from dltui.gradcheck.foreign import Failure, attempt
from dltui.gradcheck.frozen import Frozen
from dltui.gradcheck.hints import hints_of
from dltui.gradcheck.inspection import Inspection, Options, inspect
from dltui.gradcheck.naming import given, parameters
from dltui.gradcheck.precision import probe_of, slack_of
from dltui.gradcheck.ray import dot
from dltui.gradcheck.rehearsal import Rehearsal, Stage, Unusable, extent
from dltui.gradcheck.report import GradientReport, Hint, TensorReport
from dltui.gradcheck.rows import Rows, numerics
from dltui.gradcheck.subject import Subject
from dltui.gradcheck.taps import Call, is_unit, owns, tapped
from dltui.gradcheck.verdicts import OK

SECONDS = 3.0
"""For a module that is asked alone to explain a wrong gradient of the whole."""
EXACT = 1e-10
"""Precision of float64, told from that of float32."""
STEP = 6e-6
"""Of the first difference along a direction; a ladder follows where it disagrees."""
NEAR = 1e-3
"""How far the middle of two values may be from the one between them, as a share."""
DIRECTIONS, DIRECTIONS32 = 1, 8
"""In float32 the sum along one direction may hide a percent in its rounding."""
ALONG, ALONG32 = 1e-7, 5e-6
"""How far the derivative along a direction may be off at once, as a share of the sum of magnitudes."""
SHARE, SHARE32 = 1e-8, 1e-4
"""How far sums in another order may be off, as a share of the largest gradient of the tensor."""


@dataclass
class Findings:
    """What was found, part by part."""

    tensors: dict[str, TensorReport] = field(default_factory=dict)
    hints: list[Hint] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    guilty: list[str] = field(default_factory=list)
    doubtful: bool = False
    evaluations: int = 0


def modular(subject: Subject, frozen: Frozen, options: Options) -> GradientReport:
    """Check a net module by module. Raises `Unusable` for anything but a module."""
    net = subject.module
    if net is None:
        raise Unusable("module by module needs a module, not a function")
    with tapped(net, owns) as calls:
        stage = Stage(subject, frozen, options.seed, brief=True)
    rehearsal = stage.rehearsal()
    exact = slack_of(rehearsal, native=False).eps < EXACT
    findings = Findings(notes=list(rehearsal.notes))
    sound = (
        not rehearsal.faults
        and by_rows(rehearsal, calls, findings, options)
        and straight(rehearsal, frozen, options, exact, findings)
    )
    if not sound:
        findings = Findings(notes=findings.notes)
        ask_all(called(net, subject, frozen), options, findings)
        if not findings.guilty:
            findings.faults += [fault.sentence for fault in rehearsal.faults if fault.wrong]
    elif not findings.doubtful:
        findings.notes.append(agreement(DIRECTIONS if exact else DIRECTIONS32))
    return reported(subject.title, findings, sound)


def called(net: nn.Module, subject: Subject, frozen: Frozen) -> list[Call]:
    """The calls of all parts during one forward."""
    with tapped(net) as calls:
        frozen.rewind()
        attempt(subject.tracked)
    return calls


def agreement(count: int) -> str:
    many = "directions" if count > 1 else "direction"
    return f"{count} random {many} through all parameters and inputs agree{'' if count > 1 else 's'}"


def guilty(subject: Subject, frozen: Frozen, options: Options) -> Findings:
    """Which module is to blame for a wrong gradient of a net: each is asked alone."""
    findings = Findings()
    net = subject.module
    if net is None or not any(True for _ in net.children()):
        return findings
    ask_all(called(net, subject, frozen), replace(options, budget_s=SECONDS), findings)
    return findings


def begun(rehearsal: Rehearsal, frozen: Frozen, options: Options) -> Inspection:
    probe, native, notes = probe_of(rehearsal, frozen, options.native32, options.chunk)
    clock = Clock(options.budget_s, sum(gradient.numel() for gradient in rehearsal.gradients))
    slack = slack_of(rehearsal, native)
    return Inspection(rehearsal, probe, frozen, slack, clock, [*rehearsal.notes, *notes], options)


def reported(title: str, findings: Findings, sound: bool) -> GradientReport:
    wrong = bool(findings.guilty or findings.faults)
    verdict = "wrong" if wrong else "right" if sound and not findings.doubtful else "inconclusive"
    first = findings.guilty[0] if findings.guilty else None
    return GradientReport(
        title, verdict, findings.tensors, tuple(findings.hints), tuple(findings.faults), tuple(findings.notes),  # type: ignore[arg-type]
        first_bad_module=first, mode="modular", evaluations=findings.evaluations,
    )  # fmt: skip


def by_rows(rehearsal: Rehearsal, calls: Sequence[Call], findings: Findings, options: Options) -> bool:
    """Compare all parameters: by rows where the layer is known, else the module alone. False when one is wrong."""
    share = SHARE if slack_of(rehearsal, native=False).eps < EXACT else SHARE32
    sums: dict[int, Rows] = {}
    alone: dict[int, Call] = {}
    for call in calls:
        rows = numerics(call)
        if rows is None:
            alone[id(call.module)] = call
            continue
        for name, row in rows.items():
            parameter = id(getattr(call.module, name))
            sums[parameter] = sums[parameter] + row if parameter in sums else row
    for leaf, gradient in zip(rehearsal.subject.leaves, rehearsal.gradients, strict=True):
        known = sums.get(id(leaf.value))
        if known is not None and not compared(leaf.name, gradient, known, share, findings):
            return False
    for call in alone.values():
        ask(call, options, findings)
    return not findings.guilty and not findings.doubtful


def compared(name: str, gradient: Tensor, row: Rows, share: float, findings: Findings) -> bool:
    """Put one parameter into the table; False when it differs."""
    tolerance = share * extent(gradient) + row.rounding
    analytic, numeric = gradient.double(), row.numeric
    if gradient.numel() and not float((analytic - numeric).abs_().max()) <= tolerance:
        return False
    error, step, slack = (torch.full_like(numeric, number) for number in (row.rounding, row.step, tolerance))
    verdict = torch.full_like(numeric, OK, dtype=torch.uint8)
    columns = (analytic, numeric, error, step, verdict, slack)
    findings.tensors[name] = TensorReport(name, *(column.cpu() for column in columns))
    findings.evaluations += row.evaluations
    return True


def straight(rehearsal: Rehearsal, frozen: Frozen, options: Options, exact: bool, findings: Findings) -> bool:
    """Whether random directions through everything agree."""
    if exact and at_once(rehearsal, frozen, options.seed, findings):
        return True
    inspection = begun(rehearsal, frozen, options)
    findings.notes = list(inspection.notes)
    probe, gradients = inspection.probe, rehearsal.gradients
    found = True
    for number in range(DIRECTIONS if exact else DIRECTIONS32):
        direction = through(inspection, options.seed + number)
        analytic, size = dot(gradients, direction)
        up, down = (
            probe.at([v + h * d for v, d in zip(probe.values, direction, strict=True)])[0] for h in (STEP, -STEP)
        )
        numeric = float(up - down) / (2 * STEP)
        if not abs(numeric - analytic) <= (ALONG if exact else ALONG32) * size:
            found = slope(inspection, direction).code == OK
        if not found:
            break
    findings.evaluations += probe.evaluations
    return found


def at_once(rehearsal: Rehearsal, frozen: Frozen, seed: int, findings: Findings) -> bool:
    """Whether the first difference along one direction agrees: two forwards of the function as it is, and no more. What
    speaks against it may be a kink, an edge or an element without a number."""
    subject = rehearsal.subject
    values = subject.values()
    direction = aimed(subject, values, seed)
    analytic, size = dot(rehearsal.gradients, direction)
    sides = []
    for step in (STEP, -STEP):
        frozen.rewind()
        moved = [torch.add(value, part, alpha=step) for value, part in zip(values, direction, strict=True)]
        with torch.no_grad():
            outputs = attempt(functools.partial(subject.outputs, moved))
        if isinstance(outputs, Failure) or [y.shape for y in outputs] != [y.shape for y in rehearsal.outputs]:
            return False
        sides.append(outputs)
    findings.evaluations += len(sides)
    pairs = list(zip(*sides, rehearsal.outputs, rehearsal.cotangents, strict=True))
    # A function may be another one without autograd.
    if any(extent(up + down - 2 * base) > NEAR * extent(base) for up, down, base, _ in pairs):
        return False
    numeric = sum(float(((up - down) * v).sum()) for up, down, _, v in pairs) / (2 * STEP)
    return size > 0 and abs(numeric - analytic) <= ALONG * size


def ask_all(calls: Sequence[Call], options: Options, findings: Findings) -> None:
    """Every part alone, in the order of the forward, children before parents; each module once."""
    asked: set[int] = set()
    for call in calls:
        if id(call.module) in asked:
            continue
        asked.add(id(call.module))
        inner = [name for name in findings.guilty if name.startswith(f"{call.name}.") or not call.name]
        if not inner:
            ask(call, options, findings)


def ask(call: Call, options: Options, findings: Findings) -> None:
    """One module alone, at the inputs it had in the net: every element of a unit, directions through a container."""
    part = alone(call)
    frozen = Frozen([call.module], any(leaf.value.is_cuda for leaf in part.leaves))
    name = call.name or "the net itself"
    try:
        inspection = inspect(part, frozen, None, options)
        if is_unit(call.module):
            inspection.compare()
            report = inspection.report("full")
        else:
            report = directional(inspection, 2, options.seed)
    except Unusable as error:
        findings.notes.append(f"{name}: {error}")
        findings.doubtful = findings.doubtful or bool(part.leaves)
        return
    finally:
        frozen.restore()
    findings.evaluations += report.evaluations
    if is_unit(call.module) or report.verdict == "wrong":
        for leaf in part.leaves:
            if leaf.name in report.tensors:
                label = f"{call.name}.{leaf.name}" if leaf.parameter and call.name else f"{name}: {leaf.name}"
                findings.tensors[label] = replace(report.tensors[leaf.name], name=label)
    if report.verdict == "wrong":
        findings.guilty.append(name)
        findings.faults += [f"{name}: {fault}" for fault in report.faults]
        findings.hints += [replace(hint, sentence=f"{name}: {hint.sentence}") for hint in hints_of(inspection)]
    findings.doubtful = findings.doubtful or report.verdict == "inconclusive"


def alone(call: Call) -> Subject:
    """The module of a call as a subject of its own."""
    module: nn.Module = call.module
    leaves = (*parameters(module), *given(module, call.args, call.kwargs))
    return Subject(title=call.name, call=module, arguments=(call.args, call.kwargs), leaves=leaves, modules=(module,))
