"""What an experiment claims about its end: `accuracy >= 0.96`, or of one that compares, `accuracy("relu") > 0.9`.

A comparison's metrics are functions of the line they are asked about: its label on the chart, or a part of it that no
other label has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from dltui.lesson.change import ChangeError
from dltui.lesson.comparison import groups, variants
from dltui.lesson.expressions import check, evaluate
from dltui.lesson.problem import listed, quoted
from dltui.lesson.records import Experiment

Finals = Mapping[str, float | None]
"""The metrics at the end of a run, by name; None: not finite."""


def check_claim(step: Experiment, metrics: Iterable[str]) -> str | None:
    """What is wrong with the claim, or None."""
    if not step.compare:
        return check(step.claim, metrics)
    try:
        names = [label for label, _ in groups(step, variants(step))]
    except ChangeError:  # told with `compare`
        return None
    if names == [""]:
        return check(step.claim, metrics)
    functions = {metric: _asked(dict.fromkeys(names, 0.0)) for metric in metrics}
    if said := check(step.claim, (), functions):
        return said
    return _unknown_line(step.claim, names)


def holds(step: Experiment, finals: Sequence[Finals]) -> bool:
    """Whether the claim is true of runs that ended so: one, or those of `variants`, whose means count for each line.

    Raises ExpressionError where it has no value, as of a run that diverged.
    """
    if not step.compare:
        return bool(evaluate(step.claim, _finite(finals[0])))
    lines = groups(step, variants(step))
    means = {label: _means([finals[place] for place in places]) for label, places in lines}
    if list(means) == [""]:
        return bool(evaluate(step.claim, means[""]))
    metrics = {metric for each in means.values() for metric in each}
    functions = {metric: _asked({label: each[metric] for label, each in means.items() if metric in each})
                 for metric in metrics}  # fmt: skip
    return bool(evaluate(step.claim, {}, functions))


def predicted(step: Experiment, finals: Sequence[Finals]) -> float | None:
    """What the guess is held against: the metric at the end of the run, or the mean of the line it is about. `finals`
    as for `holds`; None where there is no finite number."""
    if step.predict is None:
        return None
    metric = step.predict.metric
    if not step.compare:
        return finals[0].get(metric)
    lines = groups(step, variants(step))
    try:
        label = _line(step.predict.line, [label for label, _ in lines])
        places = dict(lines)[label]
        return _means([finals[place] for place in places]).get(metric)
    except (ValueError, IndexError):  # a line that is no longer there; runs that did not begin
        return None


def check_prediction(step: Experiment) -> str | None:
    """What is wrong with the line that the guess is about, or None."""
    if step.predict is None or (not step.compare and not step.predict.line):
        return None
    if not step.compare:
        return "line belongs to an experiment that compares"
    try:
        _line(step.predict.line, [label for label, _ in groups(step, variants(step))])
    except ChangeError:  # told with `compare`
        return None
    except ValueError as error:
        return str(error) if step.predict.line else f"say which line the guess is about: {error}"
    return None


def _asked(values: Mapping[str, float]) -> Callable[[str | float], float]:
    def metric(line: str | float) -> float:
        name = line if isinstance(line, str) else f"{line:g}"
        return values[_line(name, list(values))]

    return metric


def _line(name: str, labels: Sequence[str]) -> str:
    """Raises ValueError with the lines there are. Where there is but one line, it needs no name."""
    if name in labels or (not name and len(labels) == 1):
        return name or labels[0]
    found = [label for label in labels if name in label.replace(",", "").split() or name in label]
    whole = [label for label in found if name in label.replace(",", "").split()]
    fits = whole if len(whole) == 1 else found
    if len(fits) != 1:
        raise ValueError(f"{quoted(name)} is {'no' if not fits else 'more than one'} line of the comparison, "
                         f"which has {listed([quoted(label) for label in labels], 'and')}")  # fmt: skip
    return fits[0]


def _unknown_line(claim: str, labels: Sequence[str]) -> str | None:
    named = claim.split('"')[1::2] + claim.split("'")[1::2]
    for name in named:
        try:
            _line(name, labels)
        except ValueError as error:
            return str(error)
    return None


def _means(finals: Sequence[Finals]) -> dict[str, float]:
    finite = [_finite(each) for each in finals]
    shared = set.intersection(*(set(each) for each in finite)) if finite else set()
    return {metric: sum(each[metric] for each in finite) / len(finite) for metric in shared}


def _finite(final: Finals) -> dict[str, float]:
    return {metric: value for metric, value in final.items() if value is not None}
