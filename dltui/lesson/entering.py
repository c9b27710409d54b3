"""What a learner hands in for a challenge: read, put in place of the lesson's own settings, held against the limits.

A file of settings is TOML with those settings that are free. It is data, never code; nothing is built before its size
is known.
"""

from __future__ import annotations

from collections import Counter
from math import prod

from msgspec.structs import replace

from dltui.lesson.annotations import Fitting, type_of
from dltui.lesson.challenges import Challenge, Settings
from dltui.lesson.datasets import DATASETS
from dltui.lesson.experiment_rules import experiment as experiment_rules
from dltui.lesson.experiment_rules import optimizer as optimizer_rules
from dltui.lesson.layers import Residual
from dltui.lesson.layout import LayoutError, expanded, infer, infer_adversary, input_shape, tag
from dltui.lesson.limits import limited
from dltui.lesson.metrics import TITLES
from dltui.lesson.place import Path
from dltui.lesson.problem import Problem, Report, listed, nearest, problem, quoted
from dltui.lesson.records import Experiment, Optimizer
from dltui.lesson.toml import TomlError, decode, parse
from dltui.lesson.views import unseen

MOST_BYTES = 2**30
"""Of memory that a run may take, by what `layout` knows of it."""
MOST_WORK = 10**14
"""Multiplications in one run, there and back."""
MOST_LAYERS = 500
"""The rounds of repeat layers counted one by one: building them takes time too."""
ROWS_AT_ONCE = 8192
"""That are measured together."""


class Misread(ValueError):
    """Settings that cannot be trained; holds all Problems."""

    def __init__(self, problems: list[Problem]) -> None:
        first = problems[0]
        place = f"line {first.line}: " if first.line else ""
        hint = f", did you mean {first.hint}?" if first.hint else ""
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"{place}{first.message}{hint}{more}")
        self.problems = problems


def base(step: Challenge) -> Experiment:
    """The experiment of the lesson, as the learner finds it."""
    given = {name: getattr(step, name) for name in Experiment.__struct_fields__ if name in Challenge.__struct_fields__}
    return Experiment(**given)


def applied(step: Challenge, settings: Settings) -> Experiment:
    """The experiment with these settings."""
    chosen = {name: value for name in Settings.__struct_fields__ if (value := getattr(settings, name)) is not None}
    other = {"epochs": "steps", "steps": "epochs"}
    gone = {other[name]: None for name in chosen if name in other and other[name] not in chosen}
    return replace(base(step), **gone, **chosen)


def entered(step: Challenge, source: bytes | str, name: str = "settings") -> Experiment:
    """The experiment that a file of settings makes of a challenge; limits are another matter. Raises Misread."""
    try:
        text = decode(source)
        document = parse(text)
    except TomlError as error:
        raise Misread([problem(name, error.place, error.message)]) from None
    report = Report(name, text)
    plain = limited(document, (), report)
    for key in [key for key in plain if key not in step.free]:
        del plain[key]
        hint = nearest(key, step.free)
        report.add((key,), f"{quoted(key)} cannot be set here, free are {listed(step.free, 'and')}", hint=hint)
    fitting = Fitting(report)
    fitting.fits(plain, type_of(Settings), ())
    settings = fitting.records.get(())
    if isinstance(settings, Settings) and () not in fitting.partial:
        for path, record in fitting.records.items():
            if isinstance(record, Optimizer):
                optimizer_rules(record, path, report)
        trainable(applied(step, settings), (), report)
    if problems := report.problems():
        raise Misread([*problems])
    assert isinstance(settings, Settings), "else there are problems"
    return _visible(applied(step, settings))


def _visible(made: Experiment) -> Experiment:
    """Without the views that this model no longer has."""
    spec = DATASETS[made.data]
    there = [view for view in made.show if view in TITLES or not unseen(view, made, spec)]
    return replace(made, show=there or ["loss"])


def trainable(made: Experiment, path: Path, report: Report) -> None:
    """Whether an experiment with other settings can be trained at all. `path`: where the settings stand."""
    spec = DATASETS[made.data]
    for which, layers in (("model", made.model), ("adversary", made.adversary)):
        try:
            infer(layers, input_shape(made, spec) if which == "model" else spec.shape)
        except LayoutError as error:
            kind = tag(layers[error.index])
            report.add((*path, which, error.index), f"this {kind} layer does not fit: {error.message}")
    experiment_rules(replace(made, show=["loss"]), path, report)


def parameters(made: Experiment) -> int:
    """Numbers that training adjusts, those of a discriminator too."""
    spec = DATASETS[made.data]
    layers = [*infer(made.model, input_shape(made, spec)), *infer_adversary(made, spec)]
    return sum(layer.parameters for layer in layers)


def steps(made: Experiment) -> int:
    """Optimiser steps of a whole run; the last incomplete batch of an epoch is dropped."""
    rows = DATASETS[made.data].train_rows
    batch = min(made.batch or rows, rows)
    return made.steps or (made.epochs or 1) * max(1, rows // batch)


def excess(step: Challenge, made: Experiment) -> list[str]:
    """In what an experiment goes beyond the limits of the challenge: sentences, none if it does not."""
    most = step.limits.steps or steps(base(step))
    found = []
    if (count := parameters(made)) > step.limits.parameters:
        found.append(f"the model has {count} parameters, allowed are {step.limits.parameters}")
    if (count := steps(made)) > most:
        found.append(f"it trains for {count} steps, allowed are {most}")
    code = min(prod(layer.outputs) for layer in infer(made.model, input_shape(made, DATASETS[made.data])))
    if step.limits.code is not None and code > step.limits.code:
        found.append(f"the narrowest layer gives {code} numbers, allowed are {step.limits.code}")
    return [*found, *_strangers(step, made), *_burden(made)]


def _strangers(step: Challenge, made: Experiment) -> list[str]:
    """Layers that are not allowed, or not in this number."""
    if not step.limits.layers:
        return []
    flat = [part for layer in [*expanded(made.model), *expanded(made.adversary)]
            for part in [layer, *(layer.layers if isinstance(layer, Residual) else [])]]  # fmt: skip
    counts = Counter(map(tag, flat))
    found = [f"a {kind} layer is not allowed here" for kind in counts if kind not in step.limits.layers]
    for kind, (least, most) in step.limits.layers.items():
        if not least <= counts[kind] <= most:
            wanted = f"{least}" if least == most else f"from {least} to {most}"
            found.append(f"there must be {wanted} {kind} layers, not {counts[kind]}")
    return found


def _burden(made: Experiment) -> list[str]:
    """What no grader can be asked to do, whatever the limits of the challenge say."""
    spec = DATASETS[made.data]
    layers = [*infer(made.model, input_shape(made, spec)), *infer_adversary(made, spec)]
    if len(layers) > MOST_LAYERS:
        return [f"it has {len(layers)} layers, allowed are {MOST_LAYERS}"]
    batch = min(made.batch or spec.train_rows, spec.train_rows)
    widest = max([prod(spec.shape), *(prod(layer.outputs) + layer.inside for layer in layers)])
    kept = sum(prod(layer.outputs) + layer.inside for layer in layers)
    memory = 8 * batch * kept + 8 * min(ROWS_AT_ONCE, max(spec.test_rows, spec.train_rows)) * widest
    if memory > MOST_BYTES:
        return [f"a step of it takes about {memory / 2**30:.1f} GiB of memory, allowed is 1 GiB"]
    rounds = max(made.d_steps, made.g_steps)
    work = 3 * steps(made) * rounds * batch * sum(layer.multiplies + prod(layer.outputs) for layer in layers)
    if work > MOST_WORK:
        return [f"it takes about {work:.1e} multiplications, allowed are {MOST_WORK:.0e}"]
    return []
