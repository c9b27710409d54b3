"""What the annotations cannot say about a challenge: that it can be met, by its author at least, and is not met yet."""

from __future__ import annotations

from dltui.lesson.challenges import Challenge, Settings
from dltui.lesson.change import LAYERS
from dltui.lesson.datasets import DATASETS
from dltui.lesson.entering import applied, base, excess, trainable
from dltui.lesson.experiment_rules import experiment
from dltui.lesson.expressions import check
from dltui.lesson.layout import LayoutError, check_output
from dltui.lesson.metrics import metrics
from dltui.lesson.place import Path
from dltui.lesson.problem import Report, listed, nearest, quoted

COUNTED = ("parameters", "steps")
"""What stars may speak of besides the metrics at the end of a run."""


def challenge(step: Challenge, path: Path, report: Report) -> None:
    """Data and model are checked by `model_sizes`, which also sees challenges that are wrong elsewhere."""
    start = base(step)
    experiment(start, path, report)
    for number, name in enumerate(step.free):
        if name in step.free[:number]:
            report.add((*path, "free", number), f"{name} is here for the second time")
    for kind, (least, most) in step.limits.layers.items():
        place = (*path, "limits", "layers", kind)
        if kind not in LAYERS:
            report.add(place, f"there is no layer {quoted(kind)}", hint=nearest(kind, LAYERS))
        elif least > most:
            report.add(place, f"from {least} to {most} there is nothing")
    spec = DATASETS.get(step.data)
    if spec is None:
        return
    for number, goal in enumerate(step.stars):
        if said := check(goal, [*metrics(step, spec), *COUNTED]):
            report.add((*path, "stars", number), said)
        elif goal in step.stars[:number]:
            report.add((*path, "stars", number), "this star is here for the second time")
    if (start.epochs is None) == (start.steps is None):
        return  # told above
    try:
        if not check_output(start, spec) and (said := "; ".join(excess(step, start))):
            report.add((*path, "limits"), f"the experiment of the lesson itself goes beyond them: {said}")
        _solution(step, (*path, "solution"), report)
    except LayoutError:  # told by `model_sizes`
        pass


def _solution(step: Challenge, path: Path, report: Report) -> None:
    given = [name for name in Settings.__struct_fields__ if getattr(step.solution, name) is not None]
    for name in given:
        if name not in step.free:
            report.add((*path, name), f"{name} is not free: free are {listed(step.free, 'and')}")
    if not given:
        report.add(path, "the solution sets nothing: what is to be found?")
    made = applied(step, step.solution)
    trainable(made, path, report)
    if not check_output(made, DATASETS[step.data]) and (said := "; ".join(excess(step, made))):
        report.add(path, f"the solution goes beyond the limits: {said}")
