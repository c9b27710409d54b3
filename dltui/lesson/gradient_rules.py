"""What the annotations cannot say about a gradient check: that its data, model, loss and bugs go together."""

from __future__ import annotations

from collections.abc import Sequence

from dltui.lesson.bugs import BUGS, HONEST, unplantable
from dltui.lesson.datasets import DATASETS
from dltui.lesson.layout import LayerShape, LayoutError, check_output, expanded, infer, infer_adversary, input_shape
from dltui.lesson.place import Path
from dltui.lesson.problem import Report, listed, nearest, quoted
from dltui.lesson.records import GradientCheck, Round


def gradient(step: GradientCheck, path: Path, report: Report) -> None:
    """Data and model are checked by `model_sizes`, which also sees checks that are wrong elsewhere."""
    if step.rounds and step.bug != HONEST:
        report.add((*path, "bug"), "a bug hunt plants the bugs of its rounds: leave this one out")
    spec = DATASETS.get(step.data)
    shapes: list[LayerShape] | None = None
    if spec is not None:
        if step.batch > spec.train_rows:
            message = f"{spec.name} has {spec.train_rows} rows to train on, fewer than batch = {step.batch}"
            report.add((*path, "batch"), message)
        try:
            shapes = infer(step.model, input_shape(step, spec)) + infer_adversary(step, spec)
        except LayoutError:
            pass  # told by `model_sizes`
        else:
            if said := check_output(step, spec):
                report.add((*path, "loss"), said[0])
    _bug(step, step, shapes, path, report)
    for number, one in enumerate(step.rounds):
        _bug(one, step, shapes, (*path, "rounds", number), report)


def _bug(
    one: GradientCheck | Round, step: GradientCheck, shapes: Sequence[LayerShape] | None, path: Path, report: Report
) -> None:
    """Whether the bug exists and the layer can have it."""
    known = one.bug == HONEST or one.bug in BUGS
    if not known:
        hint = nearest(one.bug, [HONEST, *BUGS])
        rest = "" if hint else f": it is one of {listed([HONEST, *BUGS])}"
        report.add((*path, "bug"), f"unknown bug {quoted(one.bug)}{rest}", hint=hint)
    last = len(expanded(step.model)) + len(expanded(step.adversary)) - 1
    if one.layer > last:
        report.add((*path, "layer"), f"there is no layer {one.layer}: they are counted from 0 to {last}")
    elif known and one.bug != HONEST and shapes and (said := unplantable(one.bug, shapes, one.layer, step.batch)):
        report.add((*path, "bug"), said)
